// What happens to a half-filled form, and to what people and input methods put into it.

import assert from 'node:assert/strict';
import { join as path } from 'node:path';
import test from 'node:test';
import { Key } from '../rig/app.js';
import { drawPicture } from '../rig/picture.js';
import { widthOfPhoto } from '../rig/page.js';
import { until } from '../rig/processes.js';
import { story } from '../rig/story.js';
import { join, unlock } from '../rig/ways.js';

let head;

const told = story(async () => {
  const both = await join(told);
  await both.office.close();
  head = both.head;
});

async function openForm() {
  await head.tap('Hộ', { inside: 'Các mục' });
  await head.tap('Ghi hộ mới');
  await head.sees('Họ và tên chủ hộ');
}

/** Goes on with the one draft that home tells of. */
async function goOn(name) {
  await head.sees('Bản nháp (1)');
  await head.sees('Đang ghi dở lúc');
  await head.tap('Bản nháp (1)');
  await head.sees(name);
  await head.isFit('drafts');
  await head.tap('Ghi tiếp');
  await head.sees('Đang ghi tiếp bản nháp.');
  assert.equal(await head.typed('Họ và tên chủ hộ'), name);
}

test('a program that is killed in the middle of a form keeps what was typed', async () => {
  await openForm();
  await head.type('Họ và tên chủ hộ', 'Đỗ Thị Bưởi');
  await head.sees('Bản nháp đã lưu');
  // What is typed within the last second may go; this is not asked for again.
  await head.type('Điện thoại liên hệ', '0');
  await head.isQuiet();
  await head.killHard();
  head = await told.open('head');
  await unlock(head);
  await goOn('Đỗ Thị Bưởi');
  await head.isFit('form-going-on');
});

test('a lock in the middle of a form keeps the last letter', async () => {
  await head.type('Số hộ', '31');
  await head.empty('Điện thoại liên hệ');
  await head.type('Địa chỉ', 'Ngõ Giếng');
  await head.press(Key.ESCAPE);
  await head.tap('Khóa sổ');
  await head.sees('Mật khẩu mở sổ');
  await head.seesNot('Đỗ Thị Bưởi');
  await unlock(head);
  await goOn('Đỗ Thị Bưởi');
  assert.equal(await head.typed('Địa chỉ'), 'Ngõ Giếng');
});

test('letters that an input method takes back and puts anew come out once', async () => {
  // UniKey on Telex: "Nguyễn" is typed as letters, backspaces and letters.
  await head.empty('Họ và tên chủ hộ');
  await head.type('Họ và tên chủ hộ', `Nguye${Key.BACK_SPACE}ê${Key.BACK_SPACE}ễn Va${Key.BACK_SPACE}ăn Đ`);
  await head.press('a', Key.BACK_SPACE, 'ạ', 't', Key.BACK_SPACE, Key.BACK_SPACE, 'ạ', 't');
  assert.equal((await head.typed('Họ và tên chủ hộ')).normalize('NFC'), 'Nguyễn Văn Đạt');
});

test('an emoji stays, a day that is not in the calendar is said, and nothing that was typed is lost', async () => {
  await head.paste('Ghi chú', 'Nhà có vườn 🌾');
  await head.empty('Ngày', { inside: 'Ngày xảy ra' });
  await head.type('Ngày', '31', { inside: 'Ngày xảy ra' });
  await head.empty('Tháng', { inside: 'Ngày xảy ra' });
  await head.type('Tháng', '02', { inside: 'Ngày xảy ra' });
  await head.tap('Lưu');
  await head.sees('Tháng 02/2025 không có ngày 31.');
  await head.isFit('form-31-02');
  assert.equal(await head.typed('Ngày', { inside: 'Ngày xảy ra' }), '31');
  await head.empty('Ngày', { inside: 'Ngày xảy ra' });
  await head.type('Ngày', '28', { inside: 'Ngày xảy ra' });
  await head.tap('Lưu');
  await head.sees('Đã lưu trên máy này');
  await head.sees('🌾');
  await head.sees('28/02/2025');
});

test('a megabyte that is pasted is answered in a sentence, and the window goes on', async () => {
  await openForm();
  await head.type('Số hộ', '32');
  await head.type('Họ và tên chủ hộ', 'Vũ Văn Cam');
  await head.paste('Ghi chú', 'Sổ thôn. '.repeat(117_000));
  await head.tap('Lưu');
  await head.sees('Có 1 chỗ cần sửa', 40_000);
  await head.empty('Ghi chú');
  await head.tap('Lưu');
  await head.sees('Đã lưu trên máy này');
});

test('a photo of the signed pledge is added, saved, opened large, taken away and brought back', async () => {
  const file = path(told.folder, 'ban ky.png');
  await drawPicture(file, { width: 1200, height: 900 });
  await head.tap('Ghi bản cam kết hộ');
  await head.sees('Không chụp người dưới 18 tuổi.');
  await head.tap('Hôm nay', { inside: 'Ngày ký' });
  await head.type('Người ký', 'Vũ Văn Cam');
  await head.choose('Thêm ảnh', file);
  await head.sees('ban ky.png · ');
  await head.isFit('form-photo');
  await head.tall('form-photo');
  await head.tap('Lưu');
  await head.sees('Đã lưu trên máy này');
  await head.sees('ban ky.png · ');
  await head.isFit('record-photo');
  await head.tall('record-photo');
  await head.tap('ban ky.png');
  await until('the photo is drawn whole', async () => {
    const seen = await head.run(widthOfPhoto);
    return { is: seen === 1200, seen };
  });
  await head.isFit('photo');
  await head.tap('Quay lại');
  await head.tap('Bỏ ảnh');
  await head.sees('ban ky.png: đã bỏ.');
  await head.isFit('record-photo-taken');
  await head.tap('Hoàn tác');
  await head.sees('ban ky.png · ');
});
