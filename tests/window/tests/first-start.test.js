import assert from 'node:assert/strict';
import test from 'node:test';
import { recoveryGroups } from '../rig/page.js';
import { story } from '../rig/story.js';
import { COMMUNE, found, fromTheSheet, toTheSheet, unlock } from '../rig/ways.js';

const told = story();

test('whoever founds a commune comes from the language to home, with the recovery sheet typed back', async () => {
  const app = await told.open('first');
  await app.sees('Tiếng Việt');
  await app.sees('English');
  await app.isFit('start-language');
  await found(app, { at: (page) => app.isFit(page) });
  await app.sees('Thứ Ba, 10/06/2025');
  await app.isFit('today-empty');
  await app.tap('Người và máy');
  await app.sees('Hoàng Thị Yến');
  await app.close();
});

test('what is missing is said beside its field, and a group that is not on the sheet is asked for again', async () => {
  const app = await told.open('second');
  await app.tap('Tiếng Việt');
  await app.tap('Lập sổ cho một xã');
  await app.tap('Tiếp');
  await app.sees('Nhập tên xã.');
  await app.isFit('found-commune-missing');
  await app.type('Tên xã', COMMUNE);
  await app.tap('Tiếp');
  await app.sees('Xã có những thôn nào?');
  await app.tap('Thêm thôn');
  await app.sees('Thôn thứ 7');
  await app.tap('Tiếp');
  await app.tap('Tiếp');
  await app.sees('Nhập họ và tên người giữ danh bạ.');
  await app.sees('Có 2 chỗ cần sửa');
  await app.close();
});

test('a machine that goes off while the recovery sheet is shown has it again, until it is typed back', async () => {
  const app = await told.open('third');
  const groups = await toTheSheet(app);
  await app.killHard();

  const again = await told.open('third');
  await unlock(again, { sees: 'Phiếu khôi phục' });
  assert.deepEqual(await again.run(recoveryGroups), groups);
  await fromTheSheet(again, groups);
  await again.close();

  const last = await told.open('third');
  await unlock(last);
  await last.seesNot('Phiếu khôi phục');
  await last.close();
});
