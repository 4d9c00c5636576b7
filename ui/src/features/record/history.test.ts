import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { HistoryLine } from '$lib/generated/types';
import { m } from '$lib/paraglide/messages';
import History from './History.svelte';

/** 10/06/2025 in Vietnam at this hour. */
const at = (hour: number): number => Date.UTC(2025, 5, 10, hour - 7) / 1000;

function line(more: Partial<HistoryLine>): HistoryLine {
  return {
    at: at(8),
    untimed: false,
    who: 'Lê Văn Hùng, trưởng thôn',
    behalf: '',
    what: 'Chuyển các hộ đã chia',
    changes: [],
    delivery: 'onDevice',
    act: 'a',
    undoable: true,
    many: 6,
    notUndone: '',
    ...more,
  };
}

function show(lines: HistoryLine[]): string[] {
  const undone: string[] = [];
  const onundo = (act: string): Promise<void> => {
    undone.push(act);
    return Promise.resolve();
  };
  render(History, { lines, writes: true, onsetback: () => Promise.resolve(), onundo });
  return undone;
}

it('two acts of as many records are told apart before and while one is asked about', async () => {
  const undone = show([
    line({ act: 'late', at: at(10), who: 'Hoàng Thị Mai, văn phòng' }),
    line({ act: 'early', at: at(9) }),
  ]);
  await userEvent.click(
    screen.getByRole('button', {
      name: m.record_undo_many_at({ what: 'Chuyển các hộ đã chia', when: '10/06/2025 09:00', count: 6 }),
    }),
  );
  const asked = screen.getByText(/ghi 6 bản ghi cùng lúc/u);
  expect(asked.innerText || asked.textContent).toContain('10/06/2025 09:00, Lê Văn Hùng, trưởng thôn');
  await userEvent.click(screen.getByRole('button', { name: m.record_undo_many_do({ count: 6 }) }));
  expect(undone).toEqual(['early']);
});

it('acts of one record are told apart by those who hear the page', () => {
  show([line({ act: 'late', at: at(10), many: 0 }), line({ act: 'early', at: at(9), many: 0 })]);
  const names = screen.getAllByRole('button').map((button) => button.textContent.trim());
  expect(new Set(names).size).toBe(2);
});

it('an act that is undone offers nothing and says so', () => {
  show([
    line({ act: 'back', at: at(11), what: 'Hoàn tác' }),
    line({ act: 'done', undoable: false, many: 0, notUndone: 'Đã hoàn tác 10/06/2025 11:00' }),
  ]);
  const [, done] = screen.getAllByRole('listitem');
  if (!done) throw new Error('two lines');
  within(done).getByText('Đã hoàn tác 10/06/2025 11:00');
  expect(within(done).queryByRole('button')).toBeNull();
});
