import { expect, it } from 'vitest';
import type { FigureCell, FigureRow } from '$lib/generated/types';
import { changed, inOrder } from './order';

const cell = (value: number | null, percent: number | null = null): FigureCell => ({
  shown: value === null ? 'chưa có số liệu' : String(value),
  percent,
  change: '',
  value,
  source: '',
});
const row = (name: string, place: string | null, ...cells: FigureCell[]): FigureRow => ({
  place,
  name,
  cells,
  complete: '',
});

const columns = [{ id: 'pledged' }, { id: 'outreach' }];
const rows = [
  row('Thôn 1', 'village:1', cell(151, 92.1), cell(3)),
  row('Thôn 2', 'village:2', cell(null), cell(0)),
  row('Thôn 3', 'village:3', cell(61, 62.9), cell(null)),
  row('Thôn 4', 'village:4', cell(142, 78.9), cell(0)),
  row('Các đơn vị', null, cell(1, 1), cell(0)),
];
const names = (ordered: readonly FigureRow[]): string[] => ordered.map((each) => each.name);

it('the lowest share stands first, not the smallest count; a missing figure is not 0; what is no village is last', () => {
  expect(names(inOrder(rows, columns, { by: 'lowest', column: 'pledged' }))).toEqual([
    'Thôn 3',
    'Thôn 4',
    'Thôn 1',
    'Thôn 2',
    'Các đơn vị',
  ]);
});

it('equal figures keep the order of the villages', () => {
  expect(names(inOrder(rows, columns, { by: 'lowest', column: 'outreach' }))).toEqual([
    'Thôn 2',
    'Thôn 4',
    'Thôn 1',
    'Thôn 3',
    'Các đơn vị',
  ]);
});

it('the order of villages is that of the core', () => {
  expect(names(inOrder(rows, columns, { by: 'village' }))).toEqual(names(rows));
});

it('only rows with another figure than before are marked as new', () => {
  const after = rows.map((each) =>
    each.name === 'Thôn 3' ? { ...each, cells: [cell(62, 63.9), cell(null)] } : each,
  );
  expect([...changed(rows, after)]).toEqual(['Thôn 3']);
});
