import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FaultTold, FoundInput, RecoverySheet, Waiting } from '$lib/generated/types';
import { route } from '$lib/route.svelte';
import Found from './Found.svelte';
import { Founding, founding } from './founding.svelte';
import Sheet from './Sheet.svelte';
import WaitingPage from './Waiting.svelte';

const answers = new Map<string, (args: Record<string, unknown>) => unknown>();

beforeEach(() => {
  founding.forget();
  route.reset('start');
  answers.clear();
  answers.set('draw_words', () => ['song', 'dai', 'lua', 'xanh']);
  mockIPC((name, args) => answers.get(name)?.((args ?? {}) as Record<string, unknown>) ?? null);
});

afterEach(() => {
  clearMocks();
});

const qr = { size: 1, path: 'M0 0h1v1h-1z' };

const sheet: RecoverySheet = {
  commune: 'Xã Quang Trung',
  root: ['31e6', 'fa3c'],
  groups: ['STS', '5Z5S', 'SEEA', 'AG3W'],
  qr,
  ask: [1, 2],
  date: '2025-06-10',
};

it('six villages are named to begin with; one more has the next number', () => {
  const fresh = new Founding();
  expect(fresh.villages.map((village) => village.name)).toEqual([
    'Thôn 1',
    'Thôn 2',
    'Thôn 3',
    'Thôn 4',
    'Thôn 5',
    'Thôn 6',
  ]);
  fresh.addVillage();
  expect(fresh.villages[6]?.name).toBe('Thôn 7');
  const third = fresh.villages[2];
  if (third) fresh.removeVillage(third.id);
  expect(fresh.villages.map((village) => village.name)).not.toContain('Thôn 3');
});

it('an empty answer is asked for on its own page, beside its field, and nothing goes on', async () => {
  render(Found, { step: 'person' });
  await userEvent.click(screen.getByRole('button', { name: 'Tiếp' }));
  const says = 'Nhập họ và tên người giữ danh bạ.';
  expect(screen.getByRole('heading', { name: 'Có 2 chỗ cần sửa' })).toBeDefined();
  expect(screen.getByLabelText('Họ và tên').getAttribute('aria-invalid')).toBe('true');
  expect(screen.getAllByText(says)).toHaveLength(2);
  expect(route.current.at.screen).toBe('start');
});

it('an answer leads to the next question', async () => {
  render(Found, { step: 'commune' });
  await userEvent.type(screen.getByLabelText('Tên xã'), 'Xã Quang Trung');
  await userEvent.click(screen.getByRole('button', { name: 'Tiếp' }));
  expect(route.current.at).toEqual({ screen: 'found', params: { step: 'villages' } });
});

it('what the core wants mended leads to the page of its field, and keeps what was typed', async () => {
  const fault: FaultTold = {
    code: 'fields',
    says: 'Có 1 chỗ cần sửa',
    problems: [{ sub: null, field: 'relay', says: 'Chép lại dòng mà máy trạm chuyển đã in.' }],
    until: null,
  };
  answers.set('found', () => {
    // The core's faults cross as plain objects.
    throw fault;
  });
  founding.relay = 'abc';
  render(Found, { step: 'passphrase' });
  await userEvent.type(screen.getByLabelText('Mật khẩu mở sổ'), 'song dai lua xanh');
  await userEvent.click(screen.getByRole('button', { name: 'Lập sổ' }));
  await waitFor(() => {
    expect(route.current.at).toEqual({ screen: 'found', params: { step: 'relay' } });
  });
  expect(founding.relay).toBe('abc');
  expect(founding.passphrase).toBe('song dai lua xanh');
});

it('the drawn words go into the field as they are, which is hidden until asked', async () => {
  render(Found, { step: 'passphrase' });
  await userEvent.click(await screen.findByRole('button', { name: 'Dùng bốn từ này' }));
  const box = screen.getByLabelText<HTMLInputElement>('Mật khẩu mở sổ');
  expect(box.value).toBe('song dai lua xanh');
  expect(box.type).toBe('password');
  expect(box.autocomplete).toBe('new-password');
  await userEvent.click(screen.getByRole('button', { name: 'Hiện' }));
  expect(box.type).toBe('text');
});

it('after founding passphrase and names are forgotten by the pages', async () => {
  let given: FoundInput | undefined;
  answers.set('found', ({ input }) => {
    given = input as FoundInput;
    return { folder: 'so-1', sheetWaits: true };
  });
  const fresh = new Founding();
  fresh.commune = 'Xã Quang Trung';
  fresh.passphrase = 'song dai lua xanh';
  expect(await fresh.found()).toMatchObject({ sheetWaits: true });
  expect(given?.villages).toHaveLength(6);
  expect(fresh.passphrase).toBe('');
  expect(fresh.commune).toBe('');
});

it('the sheet is out of sight while some of it is typed back, and stays until that is right', async () => {
  answers.set('confirm_sheet', ({ groups }) => (groups as string[]).join() === '5Z5S,SEEA');
  answers.set('recovery_sheet', () => sheet);
  render(Sheet);
  expect(await screen.findByText('AG3W')).toBeDefined();
  await userEvent.click(screen.getByRole('button', { name: 'Đã cất phiếu, gõ lại hai nhóm chữ' }));
  expect(screen.queryByText('AG3W')).toBeNull();
  await userEvent.type(screen.getByLabelText('Nhóm số 2'), '5Z5S');
  await userEvent.click(screen.getByRole('button', { name: 'Xong, vào sổ' }));
  expect(await screen.findAllByText(/^Nhóm chữ chưa khớp/)).toHaveLength(2);
  await userEvent.click(screen.getByRole('button', { name: 'Xem lại phiếu' }));
  expect(screen.getByText('AG3W')).toBeDefined();
});

const waits: Waiting = {
  folder: 'so-1',
  words: ['lúa', 'sông', 'tre', 'nắng', 'cau', 'gió', 'thuyền', 'chum'],
  role: 'Phó trưởng thôn, Thôn 3',
  request: 'STQ-AAAA',
  requestQr: qr,
  standing: 'waiting',
  progress: null,
  line: 'Chưa gọi.',
};

it('who waits sees eight words and what to carry by hand', async () => {
  answers.set('waiting', () => waits);
  render(WaitingPage);
  expect(await screen.findByText('thuyền')).toBeDefined();
  expect(screen.getByText('STQ-AAAA')).toBeDefined();
  expect(route.current.at.screen).toBe('start');
});

it('who is admitted sees how much has come, and may look at it before all is there', async () => {
  answers.set('waiting', () => ({ ...waits, standing: 'admitted', progress: { done: 3200, of: 20000 } }));
  render(WaitingPage);
  expect(await screen.findByText('3.200/20.000 mục')).toBeDefined();
  expect(screen.getByText('Đã xem được những gì đã về.')).toBeDefined();
  expect(screen.getByRole('button', { name: 'Xem những gì đã về' })).toBeDefined();
});

it('once all has come the book opens by itself', async () => {
  answers.set('waiting', () => ({ ...waits, standing: 'admitted' }));
  answers.set('welcome', () => ({
    settings: { language: 'vi', text: 100, theme: 'system', lockMinutes: 15, silentDays: 7 },
    languageChosen: true,
    folders: [],
    open: 'so-1',
    brought: null,
    version: '0.1.0',
  }));
  answers.set('me', () => ({ standing: 'admitted', practice: false, places: [], villages: [] }));
  render(WaitingPage);
  await waitFor(() => {
    expect(route.current.at.screen).toBe('today');
  });
});
