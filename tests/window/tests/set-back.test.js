// What was there once and is not any more, or is there twice: a relay that gives an old register, one that is set back to an
// old copy, a device whose machine was copied while it ran.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { until } from '../rig/processes.js';
import { story } from '../rig/story.js';
import { unlock } from '../rig/ways.js';

const OFFICE = 'office/so-1';
const HEAD = 'head/so-1';
const OLD_REGISTER = 'Trạm chuyển đưa danh bạ cũ';
const NAME = 'Trần Thị Cẩm';
/** Takes the last operation of the register out of a relay's store. */
const STRIKE = `import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as store:
    store.execute("DELETE FROM operations WHERE height = (SELECT max(height) FROM operations)")`;

let relay;
let key;

const told = story(async () => {
  relay = await told.relay();
  for (const folder of ['office', 'head']) await mkdir(join(told.folder, folder));
  const { slip } = await told.cli(
    ...[OFFICE, 'found', '--role', 'police-chief', '--villages', '2', '--year', '2025'],
    ...['--relay', relay.address],
  );
  await relay.add(slip);
  await relay.start();
  const { request } = await told.cli(HEAD, 'join', slip);
  await told.cli(OFFICE, 'admit', request, '--role', 'village-head', '--village', '1');
  for (const device of [OFFICE, HEAD, OFFICE, HEAD]) await told.cli(device, 'sync');
  await told.cli(HEAD, 'add', 'household', 'number=4', `head=${NAME}`, 'address=Ngõ 5');
  for (const device of [HEAD, OFFICE, HEAD]) await told.cli(device, 'sync');
  [{ key }] = (await told.cli(OFFICE, 'list', 'household')).records;
});

test('a relay that gives an old register is told of, until the operation that it keeps back has come', async () => {
  // The office orders something, then writes by it: the entry names the order.
  await told.cli(OFFICE, 'lan-key', 'set');
  await told.cli(OFFICE, 'edit', key, 'address=Ngõ 13');
  await told.cli(OFFICE, 'sync');
  await relay.stop();
  const [commune] = await readdir(join(told.folder, 'relay/communes'));
  execFileSync('python3', ['-c', STRIKE, join(told.folder, 'relay/communes', commune, 'store.db')]);

  let head = await told.open('head');
  await unlock(head);
  await relay.start();
  await head.tap('Gửi nhận', { inside: 'Các mục' });
  await head.tap('Gửi ngay');
  await head.sees(OLD_REGISTER);
  await head.isFit('exchange-behind');
  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.sees(OLD_REGISTER);
  await head.isFit('today-behind');
  // Also when it came before the book was opened.
  await head.close();
  head = await told.open('head');
  await unlock(head);
  await head.sees(OLD_REGISTER);
  await head.tap('Hộ', { inside: 'Các mục' });
  await head.sees('Ngõ 5');
  await told.cli(OFFICE, 'sync');
  await head.sees('Ngõ 13');
  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.seesNot(OLD_REGISTER);

  // The relay's disk is set back to what it was before the head went on writing.
  const data = join(told.folder, 'relay');
  await relay.stop();
  await cp(data, `${data}.old`, { recursive: true });
  await relay.start();
  await head.tap('Hộ', { inside: 'Các mục' });
  await head.tap(NAME);
  await head.tap('Sửa');
  await head.empty('Địa chỉ');
  await head.type('Địa chỉ', 'Ngõ 15');
  await head.tap('Lưu');
  await head.sees('Đã tới trạm chuyển');
  await relay.stop();
  await rm(data, { recursive: true });
  await cp(`${data}.old`, data, { recursive: true });
  await relay.start();
  await head.tap('Gửi nhận', { inside: 'Các mục' });
  await head.tap('Gửi ngay');
  await head.isFit('exchange-set-back');
  // The office has met nobody but the relay since.
  await until('what the relay had lost comes to the office', async () => {
    await told.cli(OFFICE, 'sync');
    const { records } = await told.cli(OFFICE, 'list', 'household');
    return { is: records[0].fields.address === 'Ngõ 15', seen: JSON.stringify(records) };
  });
  await head.sees('Máy này và xã khớp nhau');
  await head.close();
});

test('a machine that is there twice writes two things at one place: both are told of, and the registrar chooses', async () => {
  await cp(join(told.folder, 'head'), join(told.folder, 'twin'), { recursive: true });
  for (const [folder, address] of [
    ['head', 'Ngõ 21'],
    ['twin', 'Ngõ 22'],
  ]) {
    await told.twin(`${folder}/so-1`, key, address);
    await told.cli(`${folder}/so-1`, 'sync');
  }
  const office = await told.open('office');
  await unlock(office, { sees: 'Cần xem lại' });
  // What lost is written again by its author, as a value beside the one that counts.
  const [review] = (await office.text()).match(/Cần xem lại \(\d\)/u);
  await office.tap(review);
  await office.sees('1 chỗ một máy ghi hai bản khác nhau');
  await office.isFit('review-rivals');
  await office.tap('1 chỗ một máy ghi hai bản khác nhau: cần chọn bản đúng.');
  await office.sees('hai bản khác nhau ở một chỗ');
  await office.isFit('asides-rivals');
  const { rivals } = await cliRivals();
  const marks = rivals[0].branches.map((branch) => branch.entries[0].slice(0, 8));
  for (const mark of marks) await office.tap(`Xem nội dung mã ${mark}`);
  await office.sees('Địa chỉ (ngõ, số nhà): Ngõ 21');
  await office.sees('Địa chỉ (ngõ, số nhà): Ngõ 22');
  await office.isFit('asides-rivals-said');
  const lost = marks[rivals[0].branches.findIndex((branch) => !branch.counts)];
  await office.tap(`Chọn bản mã ${lost}`);
  await office.sees('Được tính, xã đã chọn');
  await office.seesNot('Chọn bản mã');
  await office.isFit('asides-rivals-chosen');
  await office.tap('Quay lại');
  await office.sees('Những chỗ cần người quyết định');
  await office.seesNot('một máy ghi hai bản');
  await office.close();
});

/** The rivals, as the head's machine has them. */
async function cliRivals() {
  await told.cli(HEAD, 'sync');
  const found = await told.cli(HEAD, 'rivals');
  assert.equal(found.rivals.length, 1, JSON.stringify(found));
  return found;
}
