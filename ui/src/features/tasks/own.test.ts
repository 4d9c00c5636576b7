import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { OwnPlanRow, TaskBoard } from '$lib/generated/types';
import { route } from '$lib/route.svelte';
import OwnPlans from './OwnPlans.svelte';

const own = (key: string, title: string, renews: boolean): OwnPlanRow => ({
  key,
  title,
  says: '3 việc · 1 xong',
  renews,
  state: { tone: 'plain', word: 'Đang thực hiện' },
});

const board = (...rows: OwnPlanRow[]): TaskBoard => ({
  plans: [],
  plan: null,
  places: [],
  place: null,
  renews: false,
  own: rows,
  writesOwn: false,
  summary: '',
  units: [],
  groups: [],
});

it('an own plan that this person may renew has the button for it, and no other one has', async () => {
  route.reset('tasks');
  render(OwnPlans, {
    board: board(
      own('own-plan/a', 'Thôn 1: Kế hoạch năm 2026', true),
      own('own-plan/b', 'Thôn 2: Kế hoạch năm 2026', false),
    ),
  });
  const buttons = screen.getAllByRole('button', { name: /Lập kế hoạch cho kỳ mới/u });
  expect(buttons.map((button) => button.textContent.trim())).toEqual([
    'Lập kế hoạch cho kỳ mới: Thôn 1: Kế hoạch năm 2026',
  ]);
  await userEvent.click(buttons[0] as HTMLElement);
  expect(route.current.at).toEqual({ screen: 'renew', params: { plan: 'own-plan/a' } });
});
