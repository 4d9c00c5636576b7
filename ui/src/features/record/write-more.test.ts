import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { RecordPage } from '$lib/generated/types';
import RecordSheet from './RecordSheet.svelte';

const page = (count: number): RecordPage => ({
  key: 'person/1',
  kind: 'person',
  kindLabel: 'Người trong diện quản lý',
  title: 'Hoàng Văn Cường',
  detail: '',
  book: '',
  delivery: 'onDevice',
  deliveryLine: '',
  voided: null,
  invalid: null,
  goesOnIn: null,
  takenIn: [],
  closing: null,
  moves: false,
  merges: false,
  assigns: false,
  facts: [],
  parts: [],
  photos: [],
  totals: [],
  leftOut: [],
  behalf: '',
  acting: [],
  head: { superiors: [], commune: 'Xã Quang Trung' },
  sentTo: [],
  names: [],
  concerning: [],
  twice: [],
  conflicts: [],
  write: Array.from({ length: count }, (_, n) => ({
    kind: `kind-${String(n)}`,
    label: `Ghi việc ${String(n)}`,
    field: 'person',
  })),
  writes: false,
  sealed: false,
  episodes: [],
  steps: [],
  answers: null,
  history: [],
});

const never = (): Promise<void> => Promise.resolve();

function show(count: number): void {
  render(RecordSheet, {
    page: page(count),
    reason: null,
    fault: undefined,
    changed: false,
    onlook: never,
    onchange: () => undefined,
    onvoid: () => undefined,
    onrestore: never,
    ontake: never,
    onback: never,
    onsetback: never,
    onundo: never,
    onseparate: never,
  });
}

const offered = (): number => screen.getAllByRole('button', { name: /^Ghi việc \d+$/ }).length;

it('of a person five things to record are offered, and the others when they are asked for', async () => {
  show(17);
  expect(offered()).toBe(5);
  await userEvent.click(screen.getByRole('button', { name: 'Ghi việc khác' }));
  expect(offered()).toBe(17);
  expect(screen.queryByRole('button', { name: 'Ghi việc khác' })).toBeNull();
});

it('where six can be recorded none is hidden behind a button', () => {
  show(6);
  expect(offered()).toBe(6);
});
