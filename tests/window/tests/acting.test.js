// The head of a village is away; the commune records who acts for him, and what is written meanwhile says so.

import test from 'node:test';
import { story } from '../rig/story.js';
import { HEAD, REGISTRAR, join } from '../rig/ways.js';

let office;
let head;

const told = story(async () => {
  ({ office, head } = await join(told));
});

/** Opens the list of a kind from the books page. */
async function list(app, chapter, kind) {
  await app.tap('Sổ', { inside: 'Các mục' });
  await app.sees('Hộ và cam kết');
  await app.tap(kind, { inside: chapter });
  await app.sees('Quay lại');
}

/** Types a day into the field of this name. */
async function day(app, field, [dayOf, month, year]) {
  await app.type('Ngày', dayOf, { inside: field });
  await app.type('Tháng', month, { inside: field });
  await app.type('Năm', year, { inside: field });
}

test('a delegation is recorded, and both see on home who acts for whom until when', async () => {
  await list(office, 'Xã, thôn, đơn vị', 'Ủy quyền, ký thay');
  await office.tap('Ghi ủy quyền, ký thay');
  await office.type('Thay mặt', 'van hung');
  await office.tap(`${HEAD} – Trưởng thôn`);
  await office.type('Người được ủy quyền', 'hoang thi yen');
  await office.tap(`${REGISTRAR} – Trưởng Công an xã`);
  await office.tap('TUQ. (thừa ủy quyền)');
  await office.type('Văn bản ủy quyền (số, ngày)', 'Giấy ủy quyền số 3 ngày 05/06/2025');
  await day(office, 'Từ ngày', ['08', '06', '2025']);
  await day(office, 'Đến ngày', ['15', '06', '2025']);
  await office.isFit('form-delegation');
  await office.tap('Lưu');
  await office.sees('Đã lưu trên máy này');
  await office.isFit('record-delegation');
  await office.tap('Hôm nay', { inside: 'Các mục' });
  await office.sees(`Đang thay mặt ${HEAD}, trưởng thôn, đến hết 15/06/2025`);
  await office.isFit('today-acting');
  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.sees('đang làm thay ông/bà, đến hết 15/06/2025', 60_000);
  await head.isFit('today-acted-for');
});

test('what is written in the village is meant for its head, and its page says so', async () => {
  await list(office, 'Hộ và cam kết', 'Hộ gia đình');
  await office.tap('Ghi hộ gia đình');
  await office.tap('Thôn 3');
  await office.type('Số hộ', '12');
  await office.type('Họ và tên chủ hộ', 'Nguyễn Văn Ân');
  await office.type('Địa chỉ', 'Ngõ 5');
  await office.sees(`Thay mặt ${HEAD}, trưởng thôn`);
  await office.tall('form-acting');
  await office.isFit('form-acting');
  await office.tap('Lưu');
  await office.sees(`Thay mặt ${HEAD}, trưởng thôn`);
  await office.tall('record-acting');
  await office.isFit('record-acting');
  await office.tap('Toàn xã', { inside: 'Các mục' });
  await office.tap('Thôn 3');
  await office.sees('Đang làm thay');
  await office.isFit('village-acting');
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.isFit('people-acting');
});
