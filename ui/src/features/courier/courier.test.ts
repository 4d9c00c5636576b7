import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Courier, CourierMade, CourierPhotos } from '$lib/generated/types';
import CourierOut from './CourierOut.svelte';

const page: Courier = {
  places: [{ slug: 'downloads', label: 'Tải về' }],
  brought: null,
  files: [],
  devices: [{ slug: 'c0', label: 'Máy của Công an xã' }],
  admitted: true,
};

const made: CourierMade = { name: 'so-thon.sothon', place: 'Tải về', path: '/x', size: '1 KB', says: [] };

/** By purpose. */
let photos: (args: Record<string, unknown>) => CourierPhotos;
let asked: unknown[];

beforeEach(() => {
  asked = [];
  photos = ({ all }) => (all ? { count: 40, size: '31,5 MB' } : { count: 3, size: '1,2 MB' });
  mockIPC((name, args) => {
    if (name === 'courier') return page;
    if (name === 'courier_photos') return photos(args as Record<string, unknown>);
    if (name === 'courier_out') {
      asked.push(args);
      return made;
    }
    return null;
  });
});

afterEach(() => {
  clearMocks();
});

const make = (): Promise<void> => userEvent.click(screen.getByRole('button', { name: 'Xuất tệp' }));

it('what the commune lacks takes its photos along unless one leaves them out, and the page says how many they are', async () => {
  render(CourierOut);
  const box = await screen.findByRole<HTMLInputElement>('checkbox', { name: /Kèm 3 ảnh \(thêm 1,2 MB\)/ });
  expect(box.checked).toBe(true);
  await userEvent.click(box);
  await make();
  expect(asked).toEqual([{ place: 'downloads', device: null, all: false, photos: false }]);
});

it('a file of everything takes photos along only where one says so', async () => {
  render(CourierOut);
  await userEvent.click(await screen.findByLabelText(/Tất cả những gì máy này có/));
  const box = await screen.findByRole<HTMLInputElement>('checkbox', { name: /Kèm 40 ảnh \(thêm 31,5 MB\)/ });
  expect(box.checked).toBe(false);
  await userEvent.click(box);
  await make();
  expect(asked).toEqual([{ place: 'downloads', device: null, all: true, photos: true }]);
});

it('where there are no photos nothing is asked about them', async () => {
  photos = () => ({ count: 0, size: '0 KB' });
  render(CourierOut);
  await screen.findByLabelText(/Những gì xã chưa nhận/);
  await make();
  expect(screen.queryByRole('checkbox')).toBeNull();
  expect(asked).toEqual([{ place: 'downloads', device: null, all: false, photos: true }]);
});
