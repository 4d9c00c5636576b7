import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import DateField from './components/DateField.svelte';
import { joinDate, splitDate, spreadDate } from './typed-date';

beforeEach(() => {
  // 18:30 in London is already the next day in Việt Nam.
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 4, 18, 30), toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const box = (name: string): HTMLInputElement => screen.getByLabelText<HTMLInputElement>(name);
const shown = (): string[] => ['Ngày', 'Tháng', 'Năm'].map((name) => box(name).value);

function field(
  props: Partial<{ value: string; quick: boolean; yearAlone: boolean }> = {},
): ReturnType<typeof vi.fn> {
  const onchange = vi.fn();
  render(DateField, {
    props: { id: 'signed', label: 'Ngày ký', value: '', quick: true, onchange, ...props },
  });
  return onchange;
}

it('what is typed is one string, as typed', async () => {
  const onchange = field();
  await userEvent.type(box('Ngày'), '5');
  expect(onchange).toHaveBeenLastCalledWith('5//');
  await userEvent.type(box('Tháng'), '6');
  await userEvent.type(box('Năm'), '2025');
  expect(onchange).toHaveBeenLastCalledWith('5/6/2025');
});

it.each(['05/01/2026', '5-1-2026', '05012026', '2026-01-05', ' 5.1.2026 '])(
  'a whole date pasted as "%s" spreads over the three boxes',
  async (text) => {
    const onchange = field();
    box('Tháng').focus();
    await userEvent.paste(text);
    expect(shown().map(Number)).toEqual([5, 1, 2026]);
    expect(onchange).toHaveBeenCalledOnce();
  },
);

it('anything else that is pasted stays where it was put', async () => {
  field();
  box('Năm').focus();
  await userEvent.paste('2026');
  expect(shown()).toEqual(['', '', '2026']);
});

it('"Hôm nay" and "Hôm qua" are days of Việt Nam', async () => {
  const onchange = field();
  await userEvent.click(screen.getByRole('button', { name: 'Hôm nay' }));
  expect(onchange).toHaveBeenLastCalledWith('05/01/2026');
  await userEvent.click(screen.getByRole('button', { name: 'Hôm qua' }));
  expect(shown()).toEqual(['04', '01', '2026']);
});

it('a value that comes from a draft is shown, and an empty one empties the boxes', async () => {
  const { rerender } = render(DateField, { props: { id: 'd', label: 'Ngày ký', value: '5/6/' } });
  expect(shown()).toEqual(['5', '6', '']);
  await rerender({ value: '' });
  expect(shown()).toEqual(['', '', '']);
});

it('splitting and joining lose nothing', () => {
  for (const text of ['', '5/6/2025', '5/6/', '//2025', '5/6/2025 19:30', '31/02/2025']) {
    expect(joinDate(splitDate(text))).toBe(text);
  }
  expect(joinDate(splitDate('1968'), true)).toBe('1968');
  expect(joinDate({ day: '5/6/2025', month: '', year: '', time: '' })).toBe('5/6/2025');
  expect(spreadDate('khoảng 2025')).toBeUndefined();
});
