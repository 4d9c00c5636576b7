import { expect, test, vi } from 'vitest';
import { undo } from './undo.svelte';

const core = vi.hoisted(() => ({ undo: vi.fn() }));
vi.mock('./generated/commands', () => core);

test('what stays when an act is taken back is said in place of the offer', async () => {
  const says = '3 bản ghi đã hủy, 1 bản ghi để lại vì đã sửa sau đó';
  core.undo.mockResolvedValueOnce({ undone: 3, left: 1, says });
  undo.sayAct('Đã nhập 4 bản ghi', 'act');
  await undo.takeBack();
  expect(undo.offer?.says).toBe(says);
  expect(undo.offer?.undo).toBeUndefined();
});

test('an offer that was taken whole goes', async () => {
  core.undo.mockResolvedValueOnce({ undone: 1, left: 0, says: null });
  undo.sayAct('Đã lưu trên máy này', 'act');
  await undo.takeBack();
  expect(undo.offer).toBeUndefined();
});

test('the screen does what it has to before it is said what stays', async () => {
  core.undo.mockResolvedValueOnce({ undone: 0, left: 1, says: 'để lại' });
  const then = vi.fn(() => expect(undo.offer?.says).toBe('Đã lưu'));
  undo.sayAct('Đã lưu', 'act', { then });
  await undo.takeBack();
  expect(then).toHaveBeenCalledOnce();
  expect(undo.offer?.says).toBe('để lại');
});
