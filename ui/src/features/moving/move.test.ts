import { render, screen, within } from '@testing-library/svelte';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { MovePage, ProblemTold } from '$lib/generated/types';
import { route } from '$lib/route.svelte';
import Move from './Move.svelte';

const page = (villages: MovePage['villages']): MovePage => ({
  key: 'household/1',
  title: 'Lê Thị Ánh',
  detail: '',
  from: 'Thôn 2',
  villages,
  pledges: 0,
  cards: 0,
  groups: 0,
  persons: [],
  closed: null,
  last: { from: 'Thôn 1', on: '01/04/2026' },
});

const there: MovePage['villages'] = [{ to: { place: 'village:1', label: 'Thôn 1' }, arrives: true }];
const says = 'Ngày chuyển phải từ 10/01/2026 trở đi.';

afterEach(() => {
  route.reset('today');
  clearMocks();
});

/** Puts the day of the last move right, which is refused. */
async function refused(villages: MovePage['villages'], problems: ProblemTold[]): Promise<void> {
  mockIPC(
    (name) => {
      if (name === 'moving') return page(villages);
      // The core's faults cross as plain objects.
      if (name === 'correct_move')
        throw { code: problems.length > 0 ? 'fields' : 'x', says, problems, until: null };
      return null;
    },
    { shouldMockEvents: true },
  );
  render(Move, { key: 'household/1' });
  await userEvent.click(await screen.findByRole('button', { name: 'Sửa ngày chuyển' }));
}

it.each([
  ['with villages to move to', there],
  ['with none', []],
])('what is wrong with the day put right stands there and above, %s', async (_, villages) => {
  await refused(villages, [{ sub: null, field: 'last_on', says }]);
  const day = document.getElementById('last_on')?.closest<HTMLElement>('.field');
  if (!day) throw new Error('there is no such field');
  expect(await within(day).findByText(says)).toBeTruthy();
  expect(screen.getAllByText(says)).toHaveLength(2);
  await userEvent.click(screen.getByRole('button', { name: says }));
  expect(day.contains(document.activeElement)).toBe(true);
});

it('why the day cannot be put right is said where there is no village to move to', async () => {
  await refused([], []);
  expect(await screen.findByText(says)).toBeTruthy();
});
