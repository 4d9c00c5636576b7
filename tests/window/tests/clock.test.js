import test from 'node:test';
import { story } from '../rig/story.js';
import { found, unlock } from '../rig/ways.js';

const told = story();

test('a machine whose date is wrong says so on every screen, and says it no more once it is right', async () => {
  const first = await told.open('office');
  await found(first);
  await first.seesNot('Ngày giờ của máy không đúng');
  await first.close();

  const wrong = await told.open('office', { now: '2001-01-01T00:05' });
  await unlock(wrong);
  await wrong.sees('Ngày giờ của máy không đúng. Chỉnh lại ngày giờ; những gì đã ghi vẫn còn nguyên.');
  await wrong.isFit('today-wrong-date');
  await wrong.tap('Hộ', { inside: 'Các mục' });
  await wrong.sees('Ngày giờ của máy không đúng');
  await wrong.close();

  const right = await told.open('office');
  await unlock(right);
  await right.seesNot('Ngày giờ của máy không đúng');
  await right.close();
});
