import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { RecordPage, RecordPart } from '$lib/generated/types';
import Parts from './Parts.svelte';

const part = (more: Partial<RecordPart>): RecordPart => ({
  key: 'members/1',
  label: 'Thành viên',
  title: 'Lê Thị Ánh',
  facts: [],
  voided: false,
  byAct: false,
  ...more,
});

it.each([
  ['a member is voided', {}, 'Hủy mục này', true],
  ['and brought back', { voided: true }, 'Khôi phục', true],
  ['a move is not voided by itself', { byAct: true }, 'Hủy mục này', false],
  ['nor brought back', { byAct: true, voided: true }, 'Khôi phục', false],
])('%s', async (_, more, name, offered) => {
  const page: Partial<RecordPage> = { parts: [part(more)], totals: [], writes: true, voided: null };
  render(Parts, { page: page as RecordPage, onvoid: () => undefined, onrestore: () => Promise.resolve() });
  await userEvent.click(screen.getByRole('button', { name: /Lê Thị Ánh/u }));
  expect(screen.queryByRole('button', { name }) !== null).toBe(offered);
});
