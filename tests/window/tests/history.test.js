// An act of many records is undone from the history of one of them, said to be undone, and taken up again.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { buttonsFrom } from '../rig/page.js';
import { story } from '../rig/story.js';

const BASE = 'history';
const told = story();

test('a table that was taken in is undone from the history of one of its records, and that is undone too', async () => {
  const app = await told.open(BASE);
  await app.tap('Tiếng Việt');
  await app.tap('Xem thử với số liệu mẫu');
  await app.sees('Việc đến hạn', 60_000);
  await writeFile(
    join(told.folder, BASE, 'ho.csv'),
    ['\ufeffSố hộ,Chủ hộ,Địa chỉ', '941,Lường Văn Phú,ngõ 1', '942,Lường Thị Sim,ngõ 2', ''].join('\r\n'),
  );
  await app.tap('Hộ', { inside: 'Các mục' });
  await app.tap('Nhập từ Excel');
  await app.tap('ho.csv');
  await app.sees('Các cột của bảng');
  await app.tap('Thôn 3');
  await app.tap('Nhập 2 bản ghi');
  await app.sees('Đã nhập 2 bản ghi');

  await app.tap('Hộ', { inside: 'Các mục' });
  await app.type('Tìm theo tên, số nhà, điện thoại', 'luong van phu');
  await app.tap('Lường Văn Phú');
  await app.sees('Ai đã ghi, ai đã sửa');
  const offered = async () => {
    const buttons = await app.run(buttonsFrom, 'Hoàn tác');
    return buttons.map((button) => button.replace(/\s+/gu, ' '));
  };
  assert.deepEqual(await offered(), ['Hoàn tác cả lần “Ghi nhiều bản” 10/06/2025 08:00 (2 bản ghi)']);
  await app.tap('Hoàn tác cả lần');
  await app.sees('Ghi nhiều bản, 10/06/2025 08:00');
  await app.sees('ghi 2 bản ghi cùng lúc');
  await app.isFit('history-undo-many');
  await app.tall('history-undo-many');
  await app.tap('Để nguyên');
  await app.seesNot('cùng lúc');
  await app.tap('Hoàn tác cả lần');
  await app.tap('Hoàn tác cả 2 bản ghi');
  await app.sees('Đã hủy 10/06/2025');
  await app.sees('Đã hoàn tác 10/06/2025 08:0');
  await app.isFit('history-undone');
  await app.tall('history-undone');

  // Undone is undone: what is offered now is to undo the undoing, of both.
  const again = await offered();
  assert.equal(again.length, 1, again.join(' · '));
  await app.tap('Hoàn tác cả lần');
  await app.sees('Hoàn tác, 10/06/2025');
  await app.tap('Hoàn tác cả 2 bản ghi');
  await app.seesNot('Đã hủy 10/06/2025');
  const both = await offered();
  assert.equal(new Set(both).size, 2, `what undoes what is told apart: ${both.join(' · ')}`);
  await app.isFit('history-taken-up');
  await app.close();
});
