// The commune renames a village, merges two and takes that back; the figures follow the day.

import assert from 'node:assert/strict';
import test from 'node:test';
import { story } from '../rig/story.js';

let app;

const told = story(async () => {
  app = await told.open('practice');
  await app.tap('Tiếng Việt');
  await app.tap('Xem thử với số liệu mẫu');
  await app.sees('Việc đến hạn', 60_000);
});

/** Opens what can be recorded of a village. */
async function open(village, what) {
  await app.tap('Toàn xã', { inside: 'Các mục' });
  await app.tap('Danh sách thôn');
  await app.sees('Đang có');
  await app.tap(village);
  await app.sees('Tên theo ngày');
  await app.tap(what);
}

/** Types the first day, 01/06/2025, and the decision. */
async function decided() {
  await app.type('Ngày', '01');
  await app.type('Tháng', '06');
  await app.type('Năm', '2025');
  await app.type('Quyết định số, ngày', 'NQ 05/NQ-HĐND ngày 20/05/2025');
}

test('a village is renamed after a page that says what changes', async () => {
  await app.tap('Toàn xã', { inside: 'Các mục' });
  await app.tap('Danh sách thôn');
  await app.sees('Đang có');
  await app.isFit('villages');
  await app.tap('Thôn 1');
  await app.sees('Ghi thay đổi');
  await app.isFit('village-history');
  await app.tap('Đổi tên');
  await app.tap('Xem trước thay đổi');
  await app.sees('Có 3 chỗ cần sửa');
  await app.sees('Nhập từ ngày.');
  await app.isFit('village-rename-missing');
  await app.type('Tên, số mới', 'Đông Sơn');
  await decided();
  await app.isFit('village-rename');
  await app.tap('Xem trước thay đổi');
  await app.sees('Sẽ thay đổi');
  await app.isFit('village-rename-check');
  await app.tap('Lưu thay đổi');
  await app.sees('Thôn Đông Sơn');
  await app.isFit('villages-renamed');
});

test('two villages are merged, are one row from that day on, and two again when it is taken back', async () => {
  await open('Thôn 2', 'Sáp nhập');
  await app.tap('Thôn 3');
  await app.type('Tên của thôn sau sáp nhập', 'Tân Lập');
  await decided();
  await app.isFit('village-merge');
  await app.tap('Xem trước thay đổi');
  await app.sees('là một thôn, Thôn Tân Lập');
  await app.isFit('village-merge-check');
  await app.tap('Lưu thay đổi');
  await app.sees('Đã chấm dứt (1)');
  await app.isFit('villages-merged');
  await app.tap('Hoàn tác');
  await app.sees('Thôn 3');
  const seen = await app.text();
  assert.ok(!seen.includes('Đã chấm dứt'), 'it is as before');
});

test('the pages of dividing, ending and leaving are fit', async () => {
  await open('Thôn 2', 'Chia tách');
  await app.sees('Hộ chuyển đi');
  await app.tap('Thôn mới');
  await app.isFit('village-split');
  await open('Thôn 2', 'Giải thể');
  await decided();
  await app.tap('Xem trước thay đổi');
  await app.sees('Việc tiếp theo');
  await app.isFit('village-end-check');
  await open('Thôn 2', 'Chuyển về xã khác');
  await app.sees('Tên xã, phường mà thôn chuyển về');
  await app.isFit('village-leave');
  await app.close();
});
