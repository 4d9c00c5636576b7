// A table that somebody keeps is taken in, undone, and a list is taken out: in the window, by what stands there.

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { story } from '../rig/story.js';
import { readWorkbook } from '../rig/workbook.js';

const BASE = 'tables';
let app;

const told = story(async () => {
  app = await told.open(BASE);
  await app.tap('Tiếng Việt');
  await app.tap('Xem thử với số liệu mẫu');
  await app.sees('Việc đến hạn', 60_000);
});

const file = (name) => join(told.folder, BASE, name);
const table = (name, lines) => writeFile(file(name), `\ufeff${lines.join('\r\n')}\r\n`);

/** Opens the page on which a table is chosen. */
async function toTables() {
  await app.tap('Hộ', { inside: 'Các mục' });
  await app.tap('Nhập từ Excel');
  await app.sees('Bảng thấy trên máy');
}

test('what is no table, or an old one, is refused in one sentence', async () => {
  await writeFile(file('hong.xlsx'), Buffer.from('PK\u0003\u0004, một tệp đã hỏng'));
  await toTables();
  await app.isFit('import-files');
  await app.tap('hong.xlsx');
  await app.sees('Tệp này không phải bảng Excel hoặc đã hỏng');
  await app.isFit('import-refused');
});

test('what is to be put right is told by row and column, and nothing can be saved', async () => {
  await table('sai.csv', [
    'Số hộ,Chủ hộ,Địa chỉ,Cư trú',
    '911,Thạch Văn Nhẫm,ngõ 1,Thường trú',
    '912,Thạch Thị Nhị,ngõ 3,Ở nhờ',
    '913,,ngõ 4,',
  ]);
  await toTables();
  await app.tap('sai.csv');
  await app.sees('Chỗ cần sửa');
  await app.sees('D, Cư trú');
  await app.sees('B, Chủ hộ');
  await app.seesNot('Sẽ nhập (bản ghi)');
  await app.isFit('import-wrong');
});

test('households are looked at, taken in, found, and all undone at once', async () => {
  await table('ho.csv', [
    'Số hộ,Họ và tên,Năm sinh,Quan hệ',
    '921,Lường Văn Phóng,1966,Chủ hộ',
    '922,Lường Thị Xoan,1990,Chủ hộ',
    '922,Lường Văn Tấn,2012,Con',
    '922,Lường Văn Tấn,2012,Con',
  ]);
  await toTables();
  await app.tap('ho.csv');
  await app.sees('Các cột của bảng');
  // The whole commune is read here: where the households belong must be said.
  await app.tap('Thôn 3');
  await app.sees('Nhập 2 bản ghi');
  await app.isFit('import-preview');
  await app.tap('Nhập 2 bản ghi');
  await app.sees('Đã nhập 2 bản ghi');
  await app.isFit('import-taken');
  await app.tap('Hoàn tác');
  await app.sees('161 hộ');
});

test('a table of several villages goes to the book of each by its column, and is undone at once', async () => {
  await table('ca-xa.csv', [
    'Thôn,Số hộ,Chủ hộ,Địa chỉ',
    'Thôn 1,931,Lường Văn Chỉnh,ngõ 1',
    'thon 02,931,Lường Văn Chỉnh,ngõ 1',
    'Thôn 99,932,Lường Thị Dịu,ngõ 2',
  ]);
  await toTables();
  await app.tap('ca-xa.csv');
  await app.sees('không có thôn “Thôn 99”');
  await app.sees('A, Thôn');
  await app.isFit('import-villages-wrong');
  await app.tap('Chọn tệp khác');
  await table('ca-xa.csv', [
    'Thôn,Số hộ,Chủ hộ,Địa chỉ',
    'Thôn 1,931,Lường Văn Chỉnh,ngõ 1',
    'thon 02,931,Lường Văn Chỉnh,ngõ 1',
  ]);
  await app.tap('ca-xa.csv');
  await app.sees('Mỗi dòng vào sổ thôn của mình. Thôn 1: 1 dòng; Thôn 2: 1 dòng.');
  await app.isFit('import-villages');
  await app.tap('Nhập 2 bản ghi');
  await app.sees('Đã nhập 2 bản ghi');
  await app.tap('Hoàn tác');
  await app.sees('161 hộ');
});

test('a list is taken out as a file that says whose it is, and for a reason only', async () => {
  await app.tap('Hộ', { inside: 'Các mục' });
  await app.tap('Xuất bảng');
  await app.sees('nhật ký truy cập');
  await app.isFit('export-list');
  await app.tap('CSV');
  await app.tap('Xuất 161 dòng');
  await app.sees('Nhập lý do xuất.');
  await app.type('Lý do xuất', 'Nộp danh sách cho Ủy ban');
  await app.tap('Xuất 161 dòng');
  await app.sees('Đã xuất bảng');
  await app.isFit('export-made');
  const made = (await readdir(join(told.folder, BASE))).filter((name) => name.startsWith('ho-gia-dinh-'));
  assert.equal(made.length, 1, `one file: ${made.join(' ')}`);
  const text = await readFile(file(made[0]), 'utf8');
  assert.ok(text.startsWith('\ufeff'));
  assert.match(text, /Người xuất/u);
  assert.match(text, /Số liệu mẫu/u);
});

/** Takes the page out that stands there, as the workbook that is offered first; gives its rows. */
async function takesOut(name) {
  await app.tap('Xuất bảng');
  await app.sees('nhật ký truy cập');
  await app.isFit(`export-${name}`);
  await app.type('Lý do xuất', 'Nộp Ủy ban xã');
  const [button] = (await app.text()).match(/Xuất [\d.]+ dòng/u);
  await app.tap(button);
  await app.sees('Đã xuất bảng');
  const [, made] = (await app.text()).match(/^(\S+\.xlsx)$/mu);
  await app.tap('Xong');
  const [rows] = await readWorkbook(file(made));
  assert.match(rows.flat().join(' '), /Người xuất/u, 'it says who took it out');
  return { made, rows, count: Number(button.match(/\d+/u)[0]) };
}

/** The rows below the heads. */
const below = (rows) => rows.slice(rows.findIndex(([first]) => first === 'STT') + 1);

test('figures, the tasks of a plan, people, what is not known enough and the budget leave as workbooks, as their pages have them', async () => {
  await app.tap('Toàn xã', { inside: 'Các mục' });
  await app.sees('Số liệu');
  const figures = await takesOut('figures');
  assert.match(figures.made, /^toan-xa-/u);
  const villages = below(figures.rows);
  assert.equal(villages.length, figures.count);
  assert.ok(
    villages.some(([, name]) => name === 'Thôn 4'),
    JSON.stringify(figures.rows),
  );
  assert.ok(
    villages.at(-1).some((cell) => typeof cell === 'number' && cell > 100),
    'a sum is a number',
  );

  await app.tap('Nhiệm vụ', { inside: 'Các mục' });
  await app.sees('Bước 1: UBND ban hành kế hoạch');
  const board = await takesOut('board');
  assert.match(board.made, /^ke-hoach-va-nhiem-vu-/u);
  assert.equal(below(board.rows).length, board.count);
  assert.ok(
    below(board.rows).some((row) => row.includes('Củng cố, duy trì mô hình')),
    JSON.stringify(board.rows[9]),
  );

  await app.tap('Người và máy', { inside: 'Các mục' });
  await app.sees('Danh bạ đang ở');
  const people = await takesOut('people');
  assert.match(people.made, /^nguoi-va-may-/u);
  assert.equal(below(people.rows).length, people.count);

  await app.tap('Sổ', { inside: 'Các mục' });
  await app.tap('Quy định của xã');
  await app.tap('Chưa đủ căn cứ');
  await app.sees('Mười tiêu chí của Đề án 3822');
  const gaps = await takesOut('gaps');
  assert.match(gaps.made, /^chua-du-can-cu-/u);
  assert.equal(below(gaps.rows).length, gaps.count);

  await app.tap('Sổ', { inside: 'Các mục' });
  await app.tap('Kinh phí', { inside: 'Khen thưởng, kinh phí' });
  await app.tap('Bảng dự toán và chi');
  const accounts = await takesOut('accounts');
  assert.match(accounts.made, /^bang-kinh-phi-/u);
  assert.equal(below(accounts.rows).length, accounts.count);
  assert.ok(
    below(accounts.rows).every((row) => row.slice(-3).some((cell) => typeof cell === 'number')),
    'amounts are numbers',
  );
});

test('text at 200 % breaks neither the choice of a table, nor its preview, nor the page of an export', async () => {
  await app.tap('Cài đặt');
  await app.tap('Lớn nhất');
  await toTables();
  await app.isFit('import-files-200');
  await app.tap('sai.csv');
  await app.sees('Chỗ cần sửa');
  await app.isFit('import-wrong-200');
  await app.tap('Hộ', { inside: 'Các mục' });
  await app.tap('Xuất bảng');
  await app.sees('nhật ký truy cập');
  await app.isFit('export-list-200');
});
