import { expect, test } from 'vitest';
import { undo } from './undo.svelte';

test('what stays when an act is taken back is said in place of the offer', async () => {
  const says = '3 bản ghi đã hủy, 1 bản ghi để lại vì đã sửa sau đó';
  undo.say('Đã nhập 4 bản ghi', () => Promise.resolve({ undone: 3, left: 1, says }));
  await undo.takeBack();
  expect(undo.offer?.says).toBe(says);
  expect(undo.offer?.undo).toBeUndefined();
});

test('an offer that was taken whole goes', async () => {
  undo.say('Đã lưu trên máy này', () => Promise.resolve({ undone: 1, left: 0, says: null }));
  await undo.takeBack();
  expect(undo.offer).toBeUndefined();
});
