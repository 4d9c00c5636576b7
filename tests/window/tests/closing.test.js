// A period is closed by a signed report; what is written into it afterwards is told, with who and when.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { story } from '../rig/story.js';
import { day } from '../rig/ways.js';
import { readWorkbook } from '../rig/workbook.js';

const told = story();

test('what is written into a period after its report was signed is listed', async () => {
  const app = await told.open('closing');
  await app.tap('Tiếng Việt');
  await app.tap('Xem thử với số liệu mẫu');
  await app.sees('Việc đến hạn', 60_000);

  await app.tap('Sổ', { inside: 'Các mục' });
  await app.sees('Hộ và cam kết');
  await app.tap('Báo cáo');
  await app.tap('Ghi báo cáo');
  await app.type('Loại', 'quy');
  await app.tap('Quý');
  await day(app, 'Kỳ từ ngày', ['01', '01', '2025']);
  await day(app, 'Kỳ đến ngày', ['31', '03', '2025']);
  await app.type('Số, ký hiệu', '12/BC-CAX');
  await day(app, 'Ngày ký', ['02', '04', '2025']);
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');
  await app.tap('Xem sửa sau khi chốt');
  await app.sees('Sau khi chốt chưa ai sửa gì trong kỳ này.');
  await app.isFit('closing-nothing');

  await app.tap('Hộ', { inside: 'Các mục' });
  await app.tap('Ghi hộ mới');
  await app.tap('Thôn 4');
  await app.type('Số hộ', '995');
  await app.type('Họ và tên chủ hộ', 'Khổng Văn Muộn');
  await app.type('Địa chỉ', 'Ngõ 5');
  await day(app, 'Ngày xảy ra', ['15', '02', '2025']);
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');
  await app.tap('Sửa');
  await app.empty('Địa chỉ');
  await app.type('Địa chỉ', 'Ngõ 7');
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');

  await app.tap('Toàn xã', { inside: 'Các mục' });
  await app.tap('Sửa sau khi chốt');
  await app.sees('Có sửa sau khi chốt (1)');
  await app.sees('2 chỗ sửa');
  await app.isFit('closings');
  await app.tap('Báo cáo: Quý – 31/03/2025, số 12/BC-CAX');
  await app.sees('Khổng Văn Muộn');
  await app.sees('Ngõ 7');
  await app.isFit('closing');
  await app.tall('closing');
  await app.tap('Xuất bảng');
  await app.sees('nhật ký truy cập');
  await app.isFit('export-changes');
  await app.type('Lý do xuất', 'Giải trình báo cáo quý');
  await app.tap('Xuất 2 dòng');
  await app.sees('Đã xuất bảng');
  await app.isFit('export-changes-made');
  const [made] = (await app.text()).match(/^sua-sau-khi-chot-.*\.xlsx$/mu);
  const [changes] = await readWorkbook(join(told.folder, 'closing', made));
  assert.match(changes.flat().join(' '), /Ngõ 5 → Ngõ 7/u);
  await app.tap('Xong');

  // The picture of that period says so too.
  await app.tap('Toàn xã', { inside: 'Các mục' });
  await app.tap('Quý');
  await app.sees('Quý II/2025');
  await app.seesNot('Kỳ này đã chốt');
  await app.tap('Kỳ trước');
  await app.sees('Kỳ này đã chốt: 2 chỗ sửa sau khi chốt');
  await app.tall('picture-closed');
  await app.isFit('picture-closed');
  await app.tap('Kỳ này đã chốt: 2 chỗ sửa sau khi chốt');
  await app.sees('Khổng Văn Muộn');
  await app.close();
});
