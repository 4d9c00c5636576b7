// Figures of a time before villages were merged, by today's villages and by those of then; the commune's code and who is above it.

import test from 'node:test';
import { story } from '../rig/story.js';

let app;

const told = story(async () => {
  app = await told.open('levels');
  await app.tap('Tiếng Việt');
  await app.tap('Xem thử với số liệu mẫu');
  await app.sees('Việc đến hạn', 60_000);
});

test('figures of the month before a merger are by today’s villages, or by those of then', async () => {
  await app.tap('Toàn xã', { inside: 'Các mục' });
  await app.tap('Tháng');
  await app.sees('Tháng 6/2025');
  await app.seesNot('Theo thôn hiện nay');
  await app.tap('Danh sách thôn');
  await app.sees('Đang có');
  await app.tap('Thôn 2');
  await app.sees('Tên theo ngày');
  await app.tap('Sáp nhập');
  await app.tap('Thôn 3');
  await app.type('Tên của thôn sau sáp nhập', 'Tân Lập');
  await app.type('Ngày', '01');
  await app.type('Tháng', '06');
  await app.type('Năm', '2025');
  await app.type('Quyết định số, ngày', 'NQ 05/NQ-HĐND ngày 20/05/2025');
  await app.tap('Xem trước thay đổi');
  await app.sees('Sẽ thay đổi');
  await app.tap('Lưu thay đổi');
  await app.sees('Đã chấm dứt (1)');
  await app.tap('Toàn xã', { inside: 'Các mục' });
  await app.tap('Tháng');
  await app.sees('Tháng 6/2025');
  await app.seesNot('Theo thôn hiện nay');
  await app.tap('Kỳ trước');
  await app.sees('Theo thôn ngày 31/05/2025');
  await app.seesNot('Thôn 2');
  await app.tall('figures-by-now');
  await app.isFit('figures-by-now');
  await app.tap('Theo thôn ngày 31/05/2025');
  await app.sees('Thôn 2');
  await app.isFit('figures-by-then');
  await app.tap('Kỳ sau');
  await app.seesNot('Theo thôn hiện nay');
});

test('what is missing of the commune is listed, and recorded with its source and dates', async () => {
  await app.tap('Sổ', { inside: 'Các mục' });
  await app.tap('Quy định của xã');
  await app.sees('Cơ quan cấp trên và nơi nhận hôm nay');
  await app.tall('rules-superiors');
  await app.isFit('rules-superiors');
  await app.tap('Chưa đủ căn cứ');
  await app.sees('Chưa có mã của');
  await app.tall('gaps-codes');
  await app.isFit('gaps-codes');
  await app.tap('Chưa có mã của Xã Quang Trung');
  await app.sees('Chưa ghi');
  await app.tap('Sửa');
  await app.type('Mã xã', '14818');
  await app.type('Nguồn của mã (văn bản số, ngày)', 'NQ 1686/NQ-UBTVQH15 ngày 16/6/2025');
  await app.tap('Thêm: Cơ quan cấp trên theo ngày');
  await app.tap('Tòa án');
  await app.type('Tên cơ quan', 'Tòa án nhân dân khu vực 6');
  await app.tall('form-commune');
  await app.isFit('form-commune');
  await app.close();
});

test('households of a divided village go over into the other village’s book in one act, and back', async () => {
  const other = await told.open('shared');
  await other.tap('Tiếng Việt');
  await other.tap('Xem thử với số liệu mẫu');
  await other.sees('Việc đến hạn', 60_000);
  const open = async () => {
    await other.tap('Toàn xã', { inside: 'Các mục' });
    await other.tap('Danh sách thôn');
    await other.sees('Đang có');
    await other.tap('Thôn 2');
    await other.sees('Tên theo ngày');
  };
  await open();
  await other.seesNot('Chuyển sổ các hộ đã chia');
  await other.tap('Chia tách');
  await other.tap('Thôn 4');
  await other.type('Ngày', '01');
  await other.type('Tháng', '06');
  await other.type('Năm', '2025');
  await other.type('Quyết định số, ngày', 'NQ 05/NQ-HĐND ngày 20/05/2025');
  // Each is told by name and house: one line below the other.
  const listed = (await other.text()).split('Hộ chuyển đi')[1].split('\n').filter(Boolean);
  for (const at of [0, 2, 4]) await other.tap(`${listed[at]} ${listed[at + 1]}`);
  await other.tap('Xem trước thay đổi');
  await other.sees('Sẽ thay đổi');
  await other.tap('Lưu thay đổi');
  await other.sees('Đang có');
  await open();
  await other.sees('3 hộ đã chia còn nằm trong sổ của thôn này');
  await other.isFit('village-shared-waits');
  await other.tap('Chuyển sổ các hộ đã chia');
  await other.sees('Sang Thôn 4 (3 hộ)');
  await other.sees('Hồ sơ quản lý của người trong các hộ này chuyển cùng lần.');
  await other.isFit('village-shared');
  await other.tap('Chuyển 3 hộ');
  await other.sees('Đã chuyển 3 hộ, lưu trên máy này');
  await other.seesNot('Chuyển sổ các hộ đã chia');
  await other.tap('Hoàn tác');
  await other.sees('3 hộ đã chia còn nằm trong sổ của thôn này');
  await other.close();
});
