// No network at all: a new device joins, sends and receives by files that somebody carries.

import assert from 'node:assert/strict';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { textToCopy } from '../rig/page.js';
import { PASSPHRASE, story } from '../rig/story.js';
import { found, HEAD, unlock } from '../rig/ways.js';

const told = story();

/** Carries the one courier file of a base folder to another's, as on a stick; gives its name. */
async function carries(from, to, name) {
  const files = (await readdir(join(told.folder, from))).filter((file) => file.endsWith('.sothon'));
  const file = files.find((each) => !carried.has(`${from}/${each}`));
  assert.ok(file, `a new file in ${from}: ${files.join(' ')}`);
  carried.add(`${from}/${file}`);
  await copyFile(join(told.folder, from, file), join(told.folder, to, name));
  carried.add(`${to}/${name}`);
}

const carried = new Set();

test('a device joins by files, and what it records comes to the commune by one', async () => {
  const office = await told.open('office');
  await found(office);
  await office.tap('Người và máy');
  await office.tap('Mời người mới');
  await office.type('Họ và tên', HEAD);
  await office.type('Vai trò', 'truong thon');
  await office.tap('Trưởng thôn');
  await office.tap('Thôn 3');
  await office.tap('Máy tính');
  await office.tap('Làm phiếu mời');
  await office.sees('Đưa phiếu tận tay');
  const invitation = await office.run(textToCopy, 'Chữ trên phiếu mời');

  const head = await told.open('head');
  await head.tap('Tiếng Việt');
  await head.tap('Tôi được xã mời');
  await head.paste('Chữ trên phiếu mời', invitation);
  await head.tap('Tiếp');
  await head.type('Mật khẩu mở sổ', PASSPHRASE);
  await head.tap('Xin vào sổ của xã');
  await head.sees('Tám từ của máy này');
  await head.tap('Xuất tệp chuyển tay');
  await head.isFit('courier-out-waiting');
  await head.tap('Xuất tệp');
  await head.sees('Đã xuất tệp');
  await head.isFit('courier-made-waiting');
  await carries('head', 'office', 'xin-vao.sothon');

  await office.tap('Gửi nhận');
  await office.tap('Nhận tệp');
  await office.sees('xin-vao.sothon');
  await office.isFit('courier-in');
  await office.tap('xin-vao.sothon');
  await office.tap('Xem ai xin vào sổ');
  await office.tap('Đúng cả tám từ, nhận máy này');
  await office.sees(`Đã nhận máy của ${HEAD}`);
  await office.tap('Gửi nhận');
  await office.tap('Xuất tệp chuyển tay');
  await office.tap('Cho một máy của xã');
  await office.tap(HEAD);
  await office.isFit('courier-out');
  await office.tap('Xuất tệp');
  await office.sees('Đã xuất tệp');
  await office.isFit('courier-made');
  await carries('office', 'head', 'tra-loi.sothon');

  await head.tap('Xong');
  await head.tap('Nhận tệp');
  await head.tap('tra-loi.sothon');
  // Nothing else has to be touched: its home opens by itself.
  await head.sees('Việc đến hạn');
  await head.tap('Hộ', { inside: 'Các mục' });
  await head.tap('Ghi hộ mới');
  await head.type('Số hộ', '12');
  await head.type('Họ và tên chủ hộ', 'Nguyễn Văn Ân');
  await head.tap('Lưu');
  await head.sees('Đã lưu trên máy này');
  await head.tap('Gửi nhận');
  await head.tap('Xuất tệp chuyển tay');
  await head.tap('Xuất tệp');
  await head.sees('Đã xuất tệp');
  await carries('head', 'office', 'thon-3.sothon');

  await office.tap('Gửi nhận');
  await office.tap('Nhận tệp');
  await office.tap('thon-3.sothon');
  await office.sees('Đã nhận tệp của');
  await office.isFit('courier-taken');
  await office.tap('Hộ', { inside: 'Các mục' });
  await office.sees('Nguyễn Văn Ân');
  await office.close();
  await head.close();
});

test('a file that is opened from where it lies is offered behind the door, and one that is none is said to be none', async () => {
  const app = await told.open('office', { file: join(told.folder, 'office', 'thon-3.sothon') });
  await app.sees('Có tệp chuyển tay thon-3.sothon');
  await unlock(app, { sees: 'Tệp vừa mở' });
  await app.isFit('courier-brought');
  await app.tap('Nhận tệp này');
  await app.sees('Trong tệp không có gì mới cho máy này.');
  await app.tap('Xong');
  await copyFile(
    join(told.folder, 'office', 'so-1', 'vault.sothon'),
    join(told.folder, 'office', 'khac.sothon'),
  );
  await app.tap('Gửi nhận');
  await app.tap('Nhận tệp');
  await app.tap('khac.sothon');
  await app.sees('Tệp này không phải tệp chuyển tay của Sổ Thôn.');
  await app.close();
});
