import { cleanup, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi, type Mock } from 'vitest';
import type { FigureCell, FigureRow, Overview, Told } from '$lib/generated/types';
import { route } from '$lib/route.svelte';
import Commune from './Commune.svelte';

const core = vi.hoisted((): { overview: Mock; tell: (told: Told) => void } => ({
  overview: vi.fn(),
  tell: () => undefined,
}));
vi.mock('$lib/generated/commands', () => ({ overview: core.overview }));
vi.mock('$lib/api', async (original) => ({
  ...(await original<object>()),
  listen: (hears: (told: Told) => void) => {
    core.tell = hears;
    return Promise.resolve(() => undefined);
  },
}));

const share = (part: number, whole: number, change = ''): FigureCell => ({
  shown: `${String(part)}/${String(whole)}`,
  percent: (100 * part) / whole,
  change,
  value: part / whole,
  source: '',
});
const missing: FigureCell = { shown: 'chưa có số liệu', percent: null, change: '', value: null, source: '' };
const small: FigureCell = { shown: '< 3', percent: null, change: '', value: 1, source: '' };
const row = (name: string, place: string | null, ...cells: FigureCell[]): FigureRow => ({
  place,
  name,
  cells,
  complete: '',
});

function picture(over: Partial<Overview> = {}): Overview {
  return {
    period: 'Năm 2025',
    spans: [
      { slug: 'year', label: 'Năm' },
      { slug: 'month', label: 'Tháng' },
    ],
    span: 'year',
    before: '2024-06-10',
    after: null,
    head: { superiors: [], commune: 'Xã Quang Trung' },
    villages: [],
    byVillages: 'now',
    freshness: 'Số liệu đến 10/06/2025 20:05',
    silent: ['Thôn 3: 12 ngày chưa gửi'],
    handle: [],
    columns: [
      { id: 'pledged', label: 'Hộ ký cam kết', unit: 'hộ', share: true },
      { id: 'tips', label: 'Tin nhận', unit: 'tin', share: false },
    ],
    rows: [
      row('Thôn 1', 'village:1', share(151, 164, '▲ 5'), small),
      row('Thôn 2', 'village:2', share(61, 97, '▼ 2'), missing),
      row('Thôn 3', 'village:3', missing, missing),
      row('Các đơn vị', null, missing, small),
    ],
    total: row('Toàn xã', 'commune', share(212, 261), { ...small, shown: '9' }),
    charts: [],
    ...over,
  };
}

beforeEach(() => {
  core.overview.mockReset();
  core.overview.mockResolvedValue(picture());
  route.reset('commune');
});

const lines = (): (string | undefined)[] =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((line) => within(line).getByRole('rowheader').textContent.trim());

async function opened(): Promise<void> {
  render(Commune);
  await screen.findByRole('table');
}

it('lowest first keeps what is unknown behind it, then the units, and the total last', async () => {
  await opened();
  expect(lines()).toEqual(['Thôn 1', 'Thôn 2', 'Thôn 3', 'Các đơn vị', 'Toàn xã']);
  await userEvent.click(screen.getByRole('button', { name: 'Thấp nhất trước' }));
  expect(lines()).toEqual(['Thôn 2', 'Thôn 1', 'Thôn 3', 'Các đơn vị', 'Toàn xã']);
});

it('a missing figure is said, a small one is hidden, and a change says its direction in words', async () => {
  await opened();
  const [, first, , third] = screen.getAllByRole('row');
  if (!first || !third) throw new Error('rows are missing');
  expect(third.textContent).not.toMatch(/\b0\b/);
  expect(within(third).getAllByText('chưa có số liệu')).toHaveLength(2);
  expect(within(first).getByText('92,1 %')).toBeTruthy();
  expect(within(first).getByText('tăng')).toBeTruthy();
  expect(within(first).getByText('< 3')).toBeTruthy();
});

it('a village opens by its row; the units together do not', async () => {
  await opened();
  expect(screen.queryByRole('button', { name: 'Các đơn vị' })).toBeNull();
  await userEvent.click(screen.getByText('151/164'));
  expect(route.current.at).toEqual({ screen: 'village', params: { number: 1 } });
});

it('what arrives is counted and moves nothing until it is asked for; then its rows are marked', async () => {
  await opened();
  await userEvent.click(screen.getByRole('button', { name: 'Thấp nhất trước' }));
  const before = lines();
  core.overview.mockResolvedValue(
    picture({
      rows: [row('Thôn 1', 'village:1', share(20, 164), small), ...picture().rows.slice(1)],
    }),
  );
  core.tell({ type: 'records', keys: ['a', 'b'], foreign: true });
  core.tell({ type: 'records', keys: ['b'], foreign: true });
  const show = await screen.findByRole('button', { name: '2 bản ghi mới · Hiện' });
  expect(lines()).toEqual(before);
  expect(core.overview).toHaveBeenCalledOnce();

  await userEvent.click(show);
  await waitFor(() => {
    expect(lines()[0]).toBe('Thôn 1');
  });
  expect(screen.queryByRole('button', { name: /bản ghi mới/ })).toBeNull();
  const marked = screen.getAllByRole('row').filter((line) => line.classList.contains('new'));
  expect(marked.map((line) => within(line).getByRole('rowheader').textContent.trim())).toEqual(['Thôn 1']);
});

it('another period is asked for by a day in it, another span by today', async () => {
  await opened();
  await userEvent.click(screen.getByRole('button', { name: 'Kỳ trước' }));
  expect(core.overview).toHaveBeenLastCalledWith({
    span: 'year',
    day: '2024-06-10',
    villages: 'now',
  });
  await userEvent.click(screen.getByRole('button', { name: 'Tháng' }));
  expect(core.overview).toHaveBeenLastCalledWith({ span: 'month', day: '', villages: 'now' });
});

it('by which villages is asked only where these were others, for the same period', async () => {
  await opened();
  expect(screen.queryByRole('group', { name: 'Thôn nào tính vào số liệu' })).toBeNull();
  cleanup();
  const villages = [
    { slug: 'now', label: 'Theo thôn hiện nay' },
    { slug: 'then', label: 'Theo thôn ngày 31/05/2025' },
  ];
  core.overview.mockResolvedValue(picture({ villages }));
  await opened();
  await userEvent.click(screen.getByRole('button', { name: 'Kỳ trước' }));
  await userEvent.click(screen.getByRole('button', { name: 'Theo thôn ngày 31/05/2025' }));
  expect(core.overview).toHaveBeenLastCalledWith({ span: 'year', day: '2024-06-10', villages: 'then' });
});

it('figures that were published say so in the head of their column', async () => {
  const published = { ...share(12, 20), source: 'số đã công bố ngày 14/12/2024' };
  core.overview.mockResolvedValue(
    picture({
      rows: [row('Thôn 1', 'village:1', published, missing)],
      total: row('Toàn xã', 'commune', published, missing),
    }),
  );
  await opened();
  expect(
    screen.getByRole('columnheader', { name: /Hộ ký cam kết.*số đã công bố ngày 14\/12\/2024/ }),
  ).toBeTruthy();
});
