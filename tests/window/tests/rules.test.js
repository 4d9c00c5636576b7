// "Quy định của xã": a matter is set after a look at what it changes; the village head sees it and can set nothing.

import assert from 'node:assert/strict';
import test from 'node:test';
import { story } from '../rig/story.js';
import { join } from '../rig/ways.js';

const told = story();

async function date(app, field, [day, month, year]) {
  await app.type('Ngày', day, { inside: field });
  await app.type('Tháng', month, { inside: field });
  await app.type('Năm', year, { inside: field });
}

test('the office sets a matter, a day off and the choices of a form, and the village head sees them and sets none', async () => {
  const { office, head } = await join(told);
  await office.tap('Sổ', { inside: 'Các mục' });
  await office.tap('Quy định của xã');
  await office.sees('Nhắc trước hạn');
  await office.isFit('rules');
  await office.tall('rules');
  await office.tap('Hạn ký bản cam kết hằng năm');
  await office.sees('Mặc định của Sổ Thôn, xã chưa quy định');
  await office.isFit('rules-matter');
  await office.tap('Đặt giá trị mới');
  await office.sees('Đặt giá trị mới: Hạn ký bản cam kết hằng năm');
  await office.tap('Xem lại trước khi lưu');
  await office.sees('Nhập giá trị.');
  await office.isFit('rules-form-wrong');
  await office.type('Giá trị', '15/06');
  await date(office, 'Áp dụng từ ngày', ['1', '1', '2025']);
  await office.type('Căn cứ', 'QĐ 12/QĐ-UBND ngày 05/01/2025');
  await office.tap('Xem lại trước khi lưu');
  await office.sees('Sẽ áp dụng');
  await office.isFit('rules-check');
  await office.tap('Lưu quy định');
  await office.sees('Đã lưu trên máy này');
  await office.sees('Đang áp dụng');
  await office.isFit('rules-matter-set');

  await office.tap('Quay lại');
  await office.tap('Ngày nghỉ, ngày làm bù');
  await office.sees('Tết Dương lịch');
  await office.isFit('rules-days-off');
  await office.tap('Ghi ngày nghỉ, ngày làm bù');
  await office.tap('Nghỉ');
  await office.type('Tên', 'Ngày thứ hai dịp Quốc khánh');
  await date(office, 'Từ ngày', ['1', '9', '2025']);
  await date(office, 'Đến ngày', ['1', '9', '2025']);
  await office.type('Căn cứ', 'Thông báo 6150/TB-BLĐTBXH');
  await office.tap('Lưu');
  await office.sees('Đã lưu trên máy này');
  await office.tap('Quay lại');
  await office.sees('Thứ Hai, 01/09/2025');
  await office.isFit('rules-days-off-recorded');
  await office.tap('Quay lại');
  await office.tap('Chưa đủ căn cứ');
  await office.sees('Mười tiêu chí của Đề án 3822');
  await office.isFit('rules-gaps');
  await office.tall('rules-gaps');

  // A choice of a form is added and another is used no longer; what would be taken for one that is there is refused.
  await office.tap('Quay lại');
  await office.tap('Lựa chọn trong biểu mẫu');
  await office.sees('Cơ sở kinh doanh có nguy cơ, quầy thuốc');
  await office.isFit('rules-choices');
  await office.tap('Loại', { inside: 'Cơ sở kinh doanh có nguy cơ, quầy thuốc' });
  await office.sees('Sẵn có');
  await office.isFit('rules-choice-field');
  await office.tap('Thêm giá trị');
  await office.type('Giá trị xã thêm', 'karaoke');
  await date(office, 'Áp dụng từ ngày', ['1', '1', '2025']);
  await office.type('Căn cứ', 'Thông báo 12/TB-UBND ngày 05/01/2025');
  await office.tap('Xem lại trước khi lưu');
  await office.sees('Mục này đã có “Karaoke”');
  await office.isFit('rules-choice-wrong');
  await office.empty('Giá trị xã thêm');
  await office.type('Giá trị xã thêm', 'Tiệm xăm');
  await office.tap('Xem lại trước khi lưu');
  await office.sees('Được dùng: Tiệm xăm');
  await office.isFit('rules-choice-check');
  await office.tap('Lưu quy định');
  await office.sees('Đã lưu trên máy này');
  await office.sees('Xã thêm từ 01/01/2025');
  await office.tap('Không dùng nữa: Karaoke');
  await date(office, 'Áp dụng từ ngày', ['1', '1', '2025']);
  await office.type('Căn cứ', 'Thông báo 12/TB-UBND ngày 05/01/2025');
  await office.isFit('rules-choice-retire');
  await office.tap('Xem lại trước khi lưu');
  await office.tap('Lưu quy định');
  await office.sees('Không dùng từ 01/01/2025');
  await office.isFit('rules-choice-changed');
  await office.tall('rules-choice-changed');

  await head.tap('Sổ', { inside: 'Các mục' });
  await head.tap('Quy định của xã');
  await head.sees('15/06', 60_000);
  await head.isFit('rules-head');
  await head.tap('Hạn ký bản cam kết hằng năm');
  await head.sees('QĐ 12/QĐ-UBND ngày 05/01/2025');
  const text = await head.text();
  assert.ok(!text.includes('Đặt giá trị mới'), 'a village head is offered nothing to set');
  await head.isFit('rules-head-matter');
  await head.tap('Quay lại');
  await head.tap('Lựa chọn trong biểu mẫu');
  await head.sees('Xã thêm 1 · Không dùng 1');
  await head.tap('Loại', { inside: 'Cơ sở kinh doanh có nguy cơ, quầy thuốc' });
  await head.sees('Không dùng từ 01/01/2025');
  await head.isFit('rules-head-choice');
  await head.tap('Sổ', { inside: 'Các mục' });
  await head.tap('Cơ sở kinh doanh có nguy cơ, quầy thuốc');
  await head.tap('Ghi cơ sở kinh doanh có nguy cơ, quầy thuốc');
  await head.goInto('Loại');
  await head.sees('Tiệm xăm');
  assert.ok(!(await head.text()).includes('Karaoke'), 'what is used no longer is not offered');
  await head.isFit('rules-head-form');
  await head.close();
  await office.close();
});
