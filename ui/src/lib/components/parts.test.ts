import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, it, vi } from 'vitest';
import Button from './Button.svelte';
import ChoiceField from './ChoiceField.svelte';
import ChoicesField from './ChoicesField.svelte';
import ErrorSummary from './ErrorSummary.svelte';
import Table from './Table.svelte';
import TextField from './TextField.svelte';
import Tick from './Tick.svelte';

const text = (words: string): ReturnType<typeof createRawSnippet> =>
  createRawSnippet(() => ({ render: () => `<span>${words}</span>` }));

it.each([
  ['onDevice', 'Đã lưu trên máy'],
  ['atRelay', 'Đã gửi'],
  ['atCommune', 'Xã đã nhận'],
  ['heldBack', 'Cần xem lại'],
] as const)('delivery %s is said with its word and an icon', (delivery, word) => {
  const { container } = render(Tick, { delivery });
  expect(container.textContent.trim()).toBe(word);
  expect(container.querySelector('svg')).not.toBeNull();
});

it('a second click on a button at work does nothing', async () => {
  let done: () => void = () => undefined;
  const onclick = vi.fn(() => new Promise<void>((resolve) => (done = resolve)));
  render(Button, { onclick, children: text('Lưu') });
  const button = screen.getByRole('button', { name: 'Lưu' });
  await userEvent.click(button);
  await userEvent.click(button);
  expect(onclick).toHaveBeenCalledOnce();
  done();
  await waitFor(() => {
    expect(button.hasAttribute('aria-disabled')).toBe(false);
  });
  await userEvent.click(button);
  expect(onclick).toHaveBeenCalledTimes(2);
});

it('the summary takes the focus and leads to its field, which says the same', async () => {
  const says = 'Nhập họ và tên chủ hộ.';
  render(TextField, { id: 'name', label: 'Họ và tên', value: '', error: says });
  render(ErrorSummary, { problems: [{ sub: null, field: 'name', says }] });
  await waitFor(() => {
    expect(document.activeElement).toBe(screen.getByRole('alert'));
  });
  const box = screen.getByLabelText('Họ và tên');
  expect(box.getAttribute('aria-invalid')).toBe('true');
  expect(document.getElementById(box.getAttribute('aria-describedby') ?? '')?.textContent.trim()).toBe(says);
  await userEvent.click(screen.getByRole('button', { name: says }));
  expect(document.activeElement).toBe(box);
});

const letters = (count: number): { value: string; label: string }[] =>
  Array.from({ length: count }, (_, at) => ({ value: `v${String(at)}`, label: `Mục ${String(at)}` }));

it('up to six choices are radios with none chosen, more are searched', () => {
  render(ChoiceField, { id: 'few', label: 'Ít', value: '', options: letters(6) });
  const radios = screen.getAllByRole<HTMLInputElement>('radio');
  expect(radios.map((radio) => radio.checked)).toEqual(Array(6).fill(false));
  render(ChoiceField, { id: 'many', label: 'Nhiều', value: '', options: letters(7) });
  expect(screen.getByRole('combobox', { name: 'Nhiều' })).toBeTruthy();
});

it('ticked choices stand in the order of the form, whatever the order of ticking', async () => {
  const onchange = vi.fn();
  render(ChoicesField, { id: 'some', label: 'Nội dung', value: '', options: letters(3), onchange });
  const [first, , third] = screen.getAllByRole('checkbox');
  if (third) await userEvent.click(third);
  if (first) await userEvent.click(first);
  expect(onchange).toHaveBeenLastCalledWith('v0,v2');
});

it('arrows walk the rows of a table, Enter opens one, and a missing figure is never 0', async () => {
  const onopen = vi.fn();
  render(Table, {
    caption: 'Sáu thôn',
    columns: [
      { id: 'village', label: 'Thôn' },
      { id: 'pledges', label: 'Hộ ký', figures: true },
    ],
    rows: [1, 2, 3].map((n) => ({
      id: String(n),
      cells: { village: `Thôn ${String(n)}`, pledges: undefined },
    })),
    onopen,
  });
  screen.getByRole('button', { name: 'Thôn 1' }).focus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{Enter}');
  expect(onopen).toHaveBeenCalledWith('2');
  expect(screen.getAllByText('chưa có số liệu')).toHaveLength(3);
});
