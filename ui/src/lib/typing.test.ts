import { fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import PassphraseField from './components/PassphraseField.svelte';
import Picker from './components/Picker.svelte';
import TextField from './components/TextField.svelte';
import { isComposing } from './typing.svelte';

const props = { id: 'name', label: 'Họ và tên', value: '' };

function line(onsubmit = vi.fn()): { box: HTMLTextAreaElement; onsubmit: ReturnType<typeof vi.fn> } {
  const form = document.createElement('form');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onsubmit();
  });
  document.body.append(form);
  render(TextField, { target: form, props });
  return { box: screen.getByLabelText<HTMLTextAreaElement>('Họ và tên'), onsubmit };
}

it('Enter that ends a letter does not save', async () => {
  const { box, onsubmit } = line();
  await fireEvent.compositionStart(box);
  await fireEvent.keyDown(box, { key: 'Enter', keyCode: 229 });
  await fireEvent.keyDown(box, { key: 'Enter', isComposing: true });
  expect(onsubmit).not.toHaveBeenCalled();
  await fireEvent.compositionEnd(box);
  await fireEvent.keyDown(box, { key: 'Enter', keyCode: 13 });
  expect(onsubmit).toHaveBeenCalledOnce();
});

it('a key belongs to the input method by its flag or by its old code', () => {
  expect(isComposing(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true }))).toBe(true);
  expect(isComposing(new KeyboardEvent('keydown', { key: 'Process', keyCode: 229 }))).toBe(true);
  expect(isComposing(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 13 }))).toBe(false);
});

it('nothing is written into a field while a letter is being composed', async () => {
  const { rerender } = render(TextField, { props });
  const box = screen.getByLabelText<HTMLTextAreaElement>('Họ và tên');
  await fireEvent.compositionStart(box);
  box.value = 'Nguyê';
  await fireEvent.input(box);
  await rerender({ value: 'from a draft' });
  expect(box.value).toBe('Nguyê');
  box.value = 'Nguyễ';
  await fireEvent.compositionEnd(box);
  expect(box.value).toBe('Nguyễ');
});

it('keeps every letter that UniKey writes by backspaces', async () => {
  const onchange = vi.fn();
  render(TextField, { props: { ...props, onchange } });
  const box = screen.getByLabelText<HTMLTextAreaElement>('Họ và tên');
  // UniKey on "aoj": two backspaces, then "ạo".
  await userEvent.type(box, 'bao{Backspace}{Backspace}ạo');
  expect(box.value).toBe('bạo');
  expect(onchange).toHaveBeenLastCalledWith('bạo');
});

it('a passphrase may be pasted and shown', async () => {
  render(PassphraseField, { props: { id: 'pass', label: 'Mật khẩu', value: '' } });
  const box = screen.getByLabelText<HTMLInputElement>('Mật khẩu');
  box.focus();
  await userEvent.paste('bon tu rieng le');
  expect(box.value).toBe('bon tu rieng le');
  expect(box.type).toBe('password');
  await userEvent.click(screen.getByRole('button', { name: 'Hiện' }));
  expect(box.type).toBe('text');
  expect(screen.getByRole('button', { name: 'Ẩn' })).toBeTruthy();
});

const rows = [
  { key: 'k1', title: 'Nguyễn Văn Ân', detail: '1968' },
  { key: 'k2', title: 'Nguyễn Văn An', detail: '1978' },
];

function picker(): {
  box: HTMLInputElement;
  onpick: ReturnType<typeof vi.fn>;
  other: ReturnType<typeof vi.fn>;
  search: ReturnType<typeof vi.fn>;
} {
  const onpick = vi.fn();
  const other = vi.fn();
  const search = vi.fn(() => Promise.resolve(rows));
  render(Picker, {
    props: {
      id: 'household',
      label: 'Hộ',
      value: '',
      chosen: undefined,
      search,
      onpick,
      other: { word: 'Không thấy? Ghi hộ mới', onchoose: other },
    },
  });
  return { box: screen.getByRole<HTMLInputElement>('combobox'), onpick, other, search };
}

it('a picker searches from the second letter and is chosen from by keys', async () => {
  const { box, onpick, search } = picker();
  await userEvent.type(box, 'n');
  expect(search).not.toHaveBeenCalled();
  await userEvent.type(box, 'g');
  expect(await screen.findAllByRole('option')).toHaveLength(3);
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
  expect(onpick).toHaveBeenCalledWith(rows[1]);
});

it('a picker is deaf to arrows and Enter while a letter is being composed', async () => {
  const { box, onpick } = picker();
  await userEvent.type(box, 'ng');
  await screen.findAllByRole('option');
  await fireEvent.keyDown(box, { key: 'ArrowDown', keyCode: 229 });
  await fireEvent.keyDown(box, { key: 'Enter', keyCode: 229 });
  expect(onpick).not.toHaveBeenCalled();
  expect(box.getAttribute('aria-activedescendant')).toBeNull();
});

it('the last row of a picker writes down what is not there, with what was typed', async () => {
  const { box, other } = picker();
  await userEvent.type(box, 'Lê Thị');
  await userEvent.click(await screen.findByRole('option', { name: 'Không thấy? Ghi hộ mới' }));
  expect(other).toHaveBeenCalledWith('Lê Thị');
});
