import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, expect, it } from 'vitest';
import type { FolderCard } from '$lib/generated/types';
import Door from './Door.svelte';
import { showLeft } from './wait';

afterEach(() => {
  clearMocks();
});

const card: FolderCard = {
  id: 'so-1',
  title: 'Trưởng thôn, Thôn 3',
  commune: 'Xã Quang Trung',
  practice: false,
  standing: 'admitted',
  waitUntil: null,
  trouble: null,
};

it('the one field has the focus, and a wrong passphrase stays in it with what to look at', async () => {
  const says = 'Mật khẩu chưa đúng. Xem lại bộ gõ tiếng Việt và phím Caps Lock, rồi nhập lại.';
  mockIPC(() => {
    // The core's faults cross as plain objects.
    throw { code: 'wrong_passphrase', says, problems: [], until: null };
  });
  render(Door, { card });
  const box = screen.getByLabelText<HTMLInputElement>('Mật khẩu mở sổ');
  expect(document.activeElement).toBe(box);
  await userEvent.type(box, 'tre cau lua bien{Enter}');
  expect((await screen.findAllByText(says)).length).toBeGreaterThan(0);
  expect(box.value).toBe('tre cau lua bien');
  expect(box.getAttribute('aria-invalid')).toBe('true');
});

it('a folder that cannot be opened says why, asks for nothing, and is looked at anew by its button', async () => {
  const asked: string[] = [];
  mockIPC((command) => {
    asked.push(command);
    // Whatever it answers: only that it is asked counts here.
    throw { code: 'store', says: 'Chưa đọc được.', problems: [], until: null };
  });
  render(Door, { card: { ...card, trouble: 'Tệp sổ đã hỏng.' } });
  expect(screen.getByText('Tệp sổ đã hỏng.')).toBeDefined();
  expect(screen.queryByLabelText('Mật khẩu mở sổ')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Thử lại' }));
  expect(asked).toEqual(['welcome']);
  expect(await screen.findByText('Chưa đọc được.')).toBeDefined();
});

it('the practice books ask for no passphrase', () => {
  render(Door, { card: { ...card, practice: true } });
  expect(screen.queryByLabelText('Mật khẩu mở sổ')).toBeNull();
  expect(screen.getByRole('button', { name: 'Mở sổ' })).toBeDefined();
});

it('how long is left is written out: with a colon it would read as a time of the day', () => {
  expect(showLeft(245)).toBe('Còn 4 phút 5 giây');
  expect(showLeft(-3)).toBe('Còn 0 phút 0 giây');
});
