import { expect, it } from 'vitest';
import type { TaskBoard, TaskRow, Tone } from '$lib/generated/types';
import { count, shown } from './filter';

const task = (key: string, tone: Tone, ...units: string[]): TaskRow => ({
  key,
  number: '',
  title: key,
  responsible: '',
  units,
  due: '',
  state: { tone, word: '' },
  progress: '',
  own: '',
  writes: false,
});

const board: TaskBoard = {
  plans: [],
  plan: null,
  places: [],
  place: null,
  renews: false,
  own: [],
  writesOwn: false,
  summary: '',
  units: [],
  groups: [
    { label: 'Bước 1', done: 2, tasks: [task('a', 'ok', 'unit:1'), task('b', 'ok', 'unit:2')] },
    {
      label: 'Bước 5',
      done: 1,
      tasks: [
        task('c', 'late', 'unit:1'),
        task('d', 'warn', 'unit:2', 'village:4'),
        task('e', 'plain', 'unit:1'),
        task('f', 'ok', 'unit:1'),
      ],
    },
  ],
};
const keys = (...ask: Parameters<typeof shown>): string[][] =>
  shown(...ask).map((group) => group.tasks.map((each) => each.key));

it('what is late is open too, and what is done is not', () => {
  expect(keys(board, 'open', '')).toEqual([['c', 'd', 'e']]);
  expect(keys(board, 'late', '')).toEqual([['c']]);
  expect(keys(board, 'done', '')).toEqual([['a', 'b'], ['f']]);
});

it('a task of several units is found by each of them', () => {
  expect(keys(board, 'all', 'village:4')).toEqual([['d']]);
  expect(keys(board, 'open', 'unit:2')).toEqual([['d']]);
});

it('counts are of what would be shown', () => {
  expect(count(board, 'all', '')).toBe(6);
  expect(count(board, 'late', 'unit:2')).toBe(0);
  expect(count(board, 'done', 'unit:1')).toBe(2);
});
