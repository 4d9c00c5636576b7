// A village head tells the police: the tip is sealed, goes by itself when the book is locked, is opened and answered by the
// police alone, and no word of it is on the village head's disk or on the relay.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import test from 'node:test';
import { story } from '../rig/story.js';
import { HEAD, join, unlock } from '../rig/ways.js';

const told = story();

const CONTENT = 'Nhà bỏ hoang cuối ngõ Sậy đêm nào cũng có xe lạ, khách vào ra rất khuya';
const PLACE = 'Ngõ Sậy sau đình';
const TELLER = 'Vũ Thị Nguyệt Ánh';
const ANSWER = 'Đã cử người tới, cảm ơn đồng chí';

/** The police's machine with the compartment of tips open and the number of the police in the commune's book. */
async function withTips() {
  const tips = ['--compartment', 'tips', '--year', '2025'];
  const { slip } = await told.cli('office/so-1', 'reading-key', 'make', ...tips);
  await told.cli('office/so-1', 'reading-key', 'enter', slip);
  await told.cli('office/so-1', 'open-books', ...tips);
  const unit = ['code=CAX', 'name=Công an xã', 'actor=police', 'phone=02373774113', 'from=01/01/2025'];
  await told.cli('office/so-1', 'add', 'unit', ...unit);
  const police = await told.open('office');
  await unlock(police);
  return police;
}

/** The files of a folder in which this can be read, as text of one byte or of two. */
async function holding(folder, text) {
  const found = [];
  for (const entry of await readdir(path(told.folder, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(path(entry.parentPath, entry.name));
    if (['utf8', 'utf16le'].some((code) => bytes.includes(Buffer.from(text, code)))) found.push(entry.name);
  }
  return found;
}

test('a village head seals a tip, the police open and answer it, and no word of it lies anywhere else', async () => {
  const { office, head } = await join(told);
  await head.seesNot('Báo tin');
  await office.close();
  const police = await withTips();

  await head.sees('Báo tin');
  await head.isFit('today-tell');
  await head.tap('Báo tin');
  // Its key comes by itself.
  await head.sees('Ghi tin mới');
  await head.sees('Gọi ngay Công an xã: số 0237');
  await head.isFit('telling-none');
  await head.tap('Ghi tin mới');
  await head.sees('Tin vừa một phần');
  await head.tap('Xem lại trước khi niêm phong');
  await head.sees('Có 2 chỗ cần sửa');
  await head.isFit('tip-form-missing');
  await head.type('Nội dung', CONTENT);
  await head.type('Nơi', 'Ngõ Sậy');
  await head.type('Họ và tên người báo', TELLER);
  await head.tap('Giữ bí mật người báo tin');
  await head.sees('Bản nháp đã lưu');
  await head.isFit('tip-form');
  await head.tap('Xem lại trước khi niêm phong');
  await head.sees('Sau bước này, máy này không mở lại được tin.');
  await head.isFit('tip-check');
  await head.tap('Sửa: Nơi');
  await head.type('Nơi', ' sau đình');
  await head.tap('Xem lại trước khi niêm phong');
  await head.sees(PLACE);
  await head.tap('Niêm phong');
  await head.sees('Đã niêm phong. Chỉ Công an xã mở được.');
  await head.sees('Đã niêm phong, chờ tới lượt đi');
  await head.seesNot('Ngõ Sậy');
  await head.isFit('telling-sealed');
  await head.tap('Gửi ngay');
  await head.sees('đoán ra ai báo');
  await head.isFit('send-tip');
  await head.tap('Để tin tự đi');

  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.seesNot('Bản nháp (1)');
  await head.tap('Khóa sổ');
  await head.sees('Mật khẩu mở sổ');
  await unlock(head);
  await head.tap('Báo tin');
  await head.sees('Công an xã đã nhận');
  await head.isFit('telling-received');

  await police.tap('Tin báo', { inside: 'Các mục' });
  await police.tap('Tin 10/06/2025');
  await police.type('Lý do mở', 'Xác minh tin');
  await police.tap('Mở hồ sơ');
  await police.sees(CONTENT);
  await police.sees(PLACE);
  for (const name of [TELLER, HEAD]) await police.seesNot(name);
  await police.tap('Viết trả lời');
  await police.tap('Niêm phong lời trả lời');
  await police.sees('Chọn tin đang ở bước nào.');
  await police.isFit('tip-answer');
  await police.tap('Đang xác minh');
  await police.type('Lời nhắn', ANSWER);
  await police.tap('Niêm phong lời trả lời');
  await police.sees('Đã trả lời 1 lần');
  await police.seesNot(ANSWER);
  // The page tells by itself that it has left: nobody looks at the tip once more, which would be written down.
  await police.sees('Đã trả lời 1 lần, đã tới trạm chuyển.');
  await police.sees('Không ghi giờ, để giữ kín người báo');
  await police.isFit('tip-answered');

  await head.sees('Công an xã đã trả lời');
  await head.sees('Đang xác minh');
  await head.sees(ANSWER);
  await head.isFit('telling-answered');

  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.tap('Cài đặt');
  await head.tap('Lớn nhất');
  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.tap('Báo tin');
  await head.sees('Công an xã đã trả lời');
  await head.isFit('telling-200');
  await head.tap('Ghi tin mới');
  await head.sees('Tin vừa một phần');
  await head.isFit('tip-form-200');
  await head.close();
  await police.close();
  // The looking finds what is there.
  assert.notDeepEqual(await holding('head', 'SQLite format 3'), []);
  for (const folder of ['head', 'head.web', 'relay']) {
    for (const words of [CONTENT, PLACE, TELLER, ANSWER]) {
      assert.deepEqual(await holding(folder, words), [], `"${words}" in ${folder}`);
    }
  }
});
