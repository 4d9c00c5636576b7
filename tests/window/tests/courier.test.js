// No network at all: a new device joins, sends and receives by files that somebody carries.

import assert from 'node:assert/strict';
import { copyFile, cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { textToCopy } from '../rig/page.js';
import { drawPicture } from '../rig/picture.js';
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

/** Records a household in an app's folder, and carries it to the office. */
async function records(app, folder, number, name, file) {
  await app.tap('Hộ', { inside: 'Các mục' });
  await app.tap('Ghi hộ mới');
  await app.type('Số hộ', number);
  await app.type('Họ và tên chủ hộ', name);
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');
  await app.tap('Gửi nhận');
  await app.tap('Xuất tệp chuyển tay');
  await app.tap('Xuất tệp');
  await app.sees('Đã xuất tệp');
  await carries(folder, 'office', file);
}

/** The office takes a file that was carried to it. */
async function takes(office, file) {
  await office.tap('Gửi nhận');
  await office.tap('Nhận tệp');
  await office.tap(file);
  await office.sees('Đã nhận tệp của');
}

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
  await records(head, 'head', '12', 'Nguyễn Văn Ân', 'thon-3.sothon');
  await takes(office, 'thon-3.sothon');
  await office.isFit('courier-taken');
  await office.tap('Hộ', { inside: 'Các mục' });
  await office.sees('Nguyễn Văn Ân');
  await office.close();

  // A photo goes along unless it is left out, and then with a later file.
  const photo = join(told.folder, 'ban ky.png');
  await drawPicture(photo, { width: 1200, height: 900 });
  await head.tap('Hộ', { inside: 'Các mục' });
  await head.tap('Nguyễn Văn Ân');
  await head.tap('Ghi bản cam kết hộ');
  await head.tap('Hôm nay', { inside: 'Ngày ký' });
  await head.type('Người ký', 'Nguyễn Văn Ân');
  await head.choose('Thêm ảnh', photo);
  await head.sees('ban ky.png · ');
  await head.tap('Lưu');
  await head.sees('Đã lưu trên máy này');
  await head.tap('Gửi nhận');
  for (const left of [true, false]) {
    await head.tap('Xuất tệp chuyển tay');
    await head.sees('Kèm 1 ảnh');
    const [along] = (await head.text()).match(/Kèm 1 ảnh \(thêm [^)]+\)/u);
    if (left) await head.isFit('courier-out-photos');
    if (left) await head.tap(along);
    await head.tap('Xuất tệp');
    await head.sees('Đã xuất tệp');
    if (left) await head.sees('1 ảnh không đi theo tệp này');
    else await head.seesNot('ảnh không đi theo tệp này');
    await head.isFit(left ? 'courier-made-without' : 'courier-made-photos');
    await head.tap('Xong');
  }
  for (const file of await readdir(join(told.folder, 'head'))) {
    // Nobody carries these.
    if (file.endsWith('.sothon') && !carried.has(`head/${file}`)) await rm(join(told.folder, 'head', file));
  }
  await head.close();
});

test('a backup that is opened in a second folder goes on, and what both write comes to the commune', async () => {
  await cp(join(told.folder, 'head'), join(told.folder, 'restored'), { recursive: true });
  const office = await told.open('office');
  await unlock(office);
  let number = 13;
  for (const [folder, name] of [
    ['head', 'Trần Thị Cẩm'],
    ['restored', 'Bùi Văn Tám'],
  ]) {
    const app = await told.open(folder);
    await unlock(app);
    await records(app, folder, String(number), name, `${folder}.sothon`);
    await app.close();
    await takes(office, `${folder}.sothon`);
    number += 1;
  }
  await office.tap('Hộ', { inside: 'Các mục' });
  for (const name of ['Nguyễn Văn Ân', 'Trần Thị Cẩm', 'Bùi Văn Tám']) await office.sees(name);
  await office.close();
});

test('what comes after a device was ended is aside with its reason, until it is let in or written again', async () => {
  const head = await told.open('head');
  await unlock(head);
  await records(head, 'head', '20', 'Đinh Thị Hoa', 'sau.sothon');
  await records(head, 'head', '21', 'Vi Thị Lan', 'sau-nua.sothon');
  await head.close();
  const office = await told.open('office');
  await unlock(office);
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.tap(HEAD);
  await office.tap('Dừng máy này');
  await office.tap('Dừng hẳn máy này');
  await office.sees('Đã dừng');
  await takes(office, 'sau.sothon');
  await office.tap('Hộ', { inside: 'Các mục' });
  await office.sees('Nguyễn Văn Ân');
  await office.seesNot('Đinh Thị Hoa');
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.tap('Phần để riêng, chưa được tính');
  await office.sees('Xã nhận được sau khi quyền của máy này đã dừng.');
  await office.seesNot('Đinh Thị Hoa');
  await office.isFit('asides-some');
  await office.tap('Tính mục này');
  await office.sees('Mục này từ nay được tính.');
  await office.tap('Hộ', { inside: 'Các mục' });
  await office.sees('Đinh Thị Hoa');
  // What came later still is written again under the registrar's name: its author does not come back.
  await takes(office, 'sau-nua.sothon');
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.tap('Phần để riêng, chưa được tính');
  await office.tap('Ghi lại thay');
  await office.sees('không bao giờ được tính');
  await office.isFit('write-again');
  await office.tap('Ghi lại thay');
  await office.sees('Đã ghi lại thay 1 mục.');
  await office.sees('Đã ghi lại');
  await office.isFit('asides-written-again');
  await office.tap('Hộ', { inside: 'Các mục' });
  await office.sees('Vi Thị Lan');
  await office.close();
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
