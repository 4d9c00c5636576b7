import { expect, it } from 'vitest';
import type { RenewRow } from '$lib/generated/types';
import { Renewal } from './renewal.svelte';

const row = (key: string, fits: boolean, deadline = '31/01/2027'): RenewRow => ({
  key,
  title: key,
  detail: '',
  old: '31/01/2026',
  deadline,
  repeatUntil: '',
  returns: false,
  binds: '',
  fits,
});

function renewal(until = '31/12/2027'): Renewal {
  const ask = { plan: 'plan/a', name: '', number: '', issuedOn: '', from: '01/01/2027', until };
  return new Renewal(ask);
}

const told = (...rows: RenewRow[]) => ({ rows, outside: 0, says: [] });

it('what does not fall into the period is left out unless somebody takes it', () => {
  const made = renewal();
  made.propose(told(row('a', true), row('b', false, '15/12/2026')));
  expect(made.input().tasks.map((task) => task.key)).toEqual(['a']);
  const late = made.tasks.find((task) => task.row.key === 'b');
  if (late) {
    late.taken = true;
    late.deadline = '15/01/2027';
  }
  expect(made.input().tasks).toEqual([
    { key: 'a', deadline: '31/01/2027', repeatUntil: '' },
    { key: 'b', deadline: '15/01/2027', repeatUntil: '' },
  ]);
});

it('going back and forth keeps what was chosen, another period asks anew', () => {
  const made = renewal();
  made.propose(told(row('a', true), row('b', true)));
  for (const task of made.tasks) task.taken = task.row.key === 'a';
  made.ask.number = '01/KH-UBND';
  made.propose(told(row('a', true), row('b', true)));
  expect(made.input().tasks.map((task) => task.key)).toEqual(['a']);
  made.ask.until = '30/06/2027';
  made.propose(told(row('a', true), row('b', true)));
  expect(made.input().tasks.map((task) => task.key)).toEqual(['a', 'b']);
});

it('what was kept half done comes back, the tasks with the period that they were looked through for', () => {
  const made = renewal();
  made.ask.number = '01/KH-UBND';
  made.propose(told(row('a', true), row('b', true)));
  for (const task of made.tasks) task.taken = task.row.key === 'b';
  const half = made.half();

  const again = new Renewal({ ...made.ask, number: '' }, half);
  expect(again.ask.number).toBe('01/KH-UBND');
  // Kept again before the tasks were asked for, nothing of them is lost.
  expect(again.half()).toEqual(half);
  again.propose(told(row('a', true), row('b', true), row('c', true)));
  expect(again.input().tasks.map((task) => task.key)).toEqual(['b', 'c']);

  const other = new Renewal(made.ask, half);
  other.ask.until = '30/06/2027';
  other.propose(told(row('a', true), row('b', true)));
  expect(other.input().tasks.map((task) => task.key)).toEqual(['a', 'b']);
});
