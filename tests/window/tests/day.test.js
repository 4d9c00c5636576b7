// What a village head does in an evening: records, looks for them, mends, voids, brings back.

import assert from 'node:assert/strict';
import test from 'node:test';
import { story } from '../rig/story.js';
import { join } from '../rig/ways.js';

let head;

const told = story(async () => {
  const both = await join(told);
  await both.office.close();
  head = both.head;
});

/** Goes to a place of the bar. */
const go = (place) => head.tap(place, { inside: 'Các mục' });

/** Looks for households, and waits for what the list says. */
async function look(typed, says) {
  await head.empty('Tìm theo tên, số nhà, điện thoại');
  await head.type('Tìm theo tên, số nhà, điện thoại', typed);
  await head.sees(says);
}

test('a household is written down with a member, and what is missing is said', async () => {
  await go('Hộ');
  await head.isFit('households-empty');
  await head.tap('Ghi hộ mới');
  await head.tap('Lưu');
  await head.sees('Có 2 chỗ cần sửa');
  await head.isFit('form-household-missing');
  await head.type('Số hộ', '12');
  await head.type('Họ và tên chủ hộ', 'Nguyễn Văn Ân');
  await head.type('Địa chỉ', 'Ngõ 5');
  await head.isFit('form-household');
  await head.tap('Lưu');
  await head.sees('Đã lưu trên máy này');
  await head.sees('Sẽ tự gửi khi có mạng');
  await head.isFit('record-household');
});

test('a pledge for a known household takes at most six taps or keys beyond typing', async () => {
  await go('Hôm nay');
  await head.sees('Ghi vào sổ');
  await head.isFit('today');
  head.countActions();
  const from = performance.now();
  await head.tap('Ghi bản cam kết');
  await head.type('Hộ', 'van an');
  await head.tap('Nguyễn Văn Ân');
  await head.tap('Hôm nay', { inside: 'Ngày ký' });
  await head.tap('Nguyễn Văn Ân');
  await head.tap('Lưu');
  await head.sees('Đã lưu trên máy này');
  const seconds = (performance.now() - from) / 1000;
  const taps = head.countActions();
  console.log(`# a pledge for a known household: ${taps} taps or keys, ${seconds.toFixed(1)} s by a machine`);
  assert.ok(taps <= 6, `${taps} taps`);
  assert.ok(seconds <= 30, `${seconds} s`);
  await head.isFit('record-pledge');
});

test('a name is found with marks, without them, and typed in pieces', async () => {
  await go('Hộ');
  for (const typed of [
    'Nguyễn Văn Ân'.normalize('NFC'),
    'Nguyễn Văn Ân'.normalize('NFD'),
    'nguyen van an',
    'NGÕ 5',
  ]) {
    await look(typed, 'Nguyễn Văn Ân');
    await head.seesNot('Không thấy “');
  }
  await look('Phạm Văn Không', 'Không thấy “Phạm Văn Không”');
  await head.isFit('households-nothing-found');
  await look('an', 'Nguyễn Văn Ân');
  await head.isFit('households');
});

test('a record is changed, and the history tells from what to what', async () => {
  await head.tap('Nguyễn Văn Ân');
  await head.tap('Sửa');
  await head.empty('Địa chỉ');
  await head.type('Địa chỉ', 'Ngõ 7');
  await head.tap('Lưu');
  await head.sees('Đã lưu trên máy này');
  await head.sees('Ngõ 7');
  await head.sees('Ngõ 5');
  await head.tap('Hoàn tác');
  await head.sees('Ngõ 7\nthành\nNgõ 5');
});

test('a record is voided with a reason, stands in the book as voided, and comes back', async () => {
  await head.tap('Hủy bản ghi');
  await head.sees('Lý do hủy');
  await head.isFit('voiding');
  await head.tap('Hủy bản ghi');
  await head.sees('Nhập lý do hủy.');
  await head.type('Lý do hủy', 'Ghi hai lần');
  await head.tap('Hủy bản ghi');
  await head.sees('Ghi hai lần');
  await head.isFit('record-voided');
  await go('Hộ');
  await head.seesNot('Nguyễn Văn Ân');
  await head.tap('Cả bản đã hủy');
  await head.sees('Nguyễn Văn Ân');
  await head.tap('Nguyễn Văn Ân');
  await head.tap('Khôi phục');
  await head.sees('Hủy bản ghi');
  await go('Hộ');
  await head.sees('Nguyễn Văn Ân');
});
