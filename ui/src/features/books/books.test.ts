import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { mockIPC, clearMocks } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ListAsk, ListPage, ListRow } from '$lib/generated/types';
import { route } from '$lib/route.svelte';
import Records from './Records.svelte';
import { Register } from './register.svelte';
import { joined, renewed } from './rows';

const row = (n: number, title = `Hộ ${String(n)}`): ListRow => ({
  key: `household/${String(n)}`,
  kind: 'household',
  kindLabel: 'Hộ gia đình',
  title,
  detail: '',
  place: 'Thôn 3',
  date: null,
  state: null,
  delivery: null,
  voided: false,
  fresh: false,
});

let asked: ListAsk[] = [];
let total = 60;

function page(ask: ListAsk): ListPage {
  const rows = Array.from({ length: total }, (_, n) => row(n)).slice(
    ask.from,
    ask.from + Math.min(ask.count, 500),
  );
  return {
    total,
    totalWords: `${String(total)} hộ`,
    rows: ask.typed === '' ? rows : [],
    filters: [],
    sorts: [
      { slug: 'name', label: 'Theo tên' },
      { slug: 'number', label: 'Theo số hộ' },
      { slug: 'newest', label: 'Mới nhất trước' },
    ],
    sort: ask.sort || 'name',
    leftOut: [],
  };
}

beforeEach(() => {
  vi.stubGlobal('innerWidth', 360);
  asked = [];
  total = 60;
  mockIPC(
    (name, args) => {
      if (name !== 'list') return null;
      const { ask } = args as { ask: ListAsk };
      asked.push(ask);
      return page(ask);
    },
    { shouldMockEvents: true },
  );
  route.reset('households');
});

afterEach(() => {
  vi.unstubAllGlobals();
  clearMocks();
});

it('search begins with the second letter and only reads what is typed', async () => {
  render(Records, { kind: 'household', title: 'Hộ' });
  const box = await screen.findByLabelText<HTMLInputElement>('Tìm theo tên, số nhà, điện thoại');
  await waitFor(() => {
    expect(asked).toHaveLength(1);
  });
  await fireEvent.input(box, { target: { value: 'â' } });
  expect(asked).toHaveLength(1);
  const typed = 'ân'.normalize('NFD');
  await fireEvent.input(box, { target: { value: typed } });
  await waitFor(() => {
    expect(asked.at(-1)?.typed).toBe(typed);
  });
  expect(box.value).toBe(typed);
});

it('a phone shows 25 and the next 25 when that is asked for', async () => {
  const { container } = render(Records, { kind: 'household', title: 'Hộ' });
  await screen.findByText('Hộ 24');
  expect(container.querySelectorAll('.row.listed')).toHaveLength(25);
  await userEvent.click(screen.getByRole('button', { name: 'Xem thêm 25' }));
  await screen.findByText('Hộ 49');
  await userEvent.click(screen.getByRole('button', { name: 'Xem thêm 10' }));
  await screen.findByText('Hộ 59');
  expect(screen.queryByRole('button', { name: /^Xem thêm/ })).toBeNull();
});

it('the orders of a list are named before one is chosen', async () => {
  render(Records, { kind: 'household', title: 'Hộ' });
  await userEvent.click(await screen.findByRole('button', { name: 'Xếp: Theo tên' }));
  const named = (await screen.findAllByRole('menuitemradio')).map((each) => each.textContent.trim());
  expect(named).toEqual(['Theo tên', 'Theo số hộ', 'Mới nhất trước']);
  expect(screen.getByRole('menuitemradio', { name: 'Theo tên' }).getAttribute('aria-checked')).toBe('true');
  await userEvent.click(screen.getByRole('menuitemradio', { name: 'Mới nhất trước' }));
  await waitFor(() => {
    expect(asked.at(-1)?.sort).toBe('newest');
  });
  expect(await screen.findByRole('button', { name: 'Xếp: Mới nhất trước' })).toBeDefined();
});

it('what arrives while one looks is counted and moves nothing', async () => {
  const list = new Register(['household'], 25);
  await list.look();
  const before = list.rows.map((each) => each.key);
  total = 63;
  await list.renew();
  expect(list.rows.map((each) => each.key)).toEqual(before);
  expect(list.arrived).toBe(3);
  await list.look();
  expect(list.arrived).toBe(0);
});

it('a slow answer to what was typed before does not push away a later one', async () => {
  const waiting: ((page: ListPage) => void)[] = [];
  mockIPC((_, args) => {
    const { ask } = args as { ask: ListAsk };
    return new Promise((resolve) => {
      waiting.push(() => {
        resolve({ ...page(ask), totalWords: ask.typed });
      });
    });
  });
  const list = new Register(['household'], 25);
  list.typed = 'an';
  const first = list.look();
  list.typed = 'anh';
  const second = list.look();
  const [slow, quick] = waiting;
  quick?.(page({} as ListAsk));
  await second;
  slow?.(page({} as ListAsk));
  await first;
  expect(list.page?.totalWords).toBe('anh');
});

it('parts are joined without a row twice, and renewed rows keep their place', () => {
  expect(joined([row(1), row(2)], [row(2), row(3)]).map((each) => each.key)).toEqual([
    'household/1',
    'household/2',
    'household/3',
  ]);
  expect(renewed([row(1), row(2)], [row(2, 'Tên mới'), row(9)]).map((each) => each.title)).toEqual([
    'Hộ 1',
    'Tên mới',
  ]);
});

it('prints the whole list, however few rows are given at a time', async () => {
  total = 1234;
  const list = new Register(['household'], 25);
  await list.look();
  const all = await list.all();
  expect(all.length).toBe(1234);
  expect(new Set(all.map((each) => each.key)).size).toBe(1234);
});
