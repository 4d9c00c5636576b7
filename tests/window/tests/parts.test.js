// Records that are more than a form: an attendance, a shift that takes over, a box and its letters, a group with its
// households, the budget, a request with its limit, a reward to be decided.

import test from 'node:test';
import { until } from '../rig/processes.js';
import { story } from '../rig/story.js';

const told = story();

/** Opens the list of a kind from the books page. */
async function list(app, chapter, kind) {
  await app.tap('Sổ', { inside: 'Các mục' });
  await app.sees('Hộ và cam kết');
  await app.tap(kind, { inside: chapter });
  await app.sees('Quay lại');
}

/** Narrows a list of what can be ticked: how many of it are left to be ticked at once. */
async function narrowed(app, typed) {
  const offered = async () => Number((await app.text()).match(/Đánh dấu cả (\d+)/u)?.[1]);
  const before = await offered();
  await app.type('Tìm theo tên', typed);
  return until('fewer can be ticked', async () => {
    const seen = await offered();
    return { is: seen > 0 && seen !== before, seen };
  });
}

async function practice(base) {
  const app = await told.open(base, { now: '2025-06-10T08:00' });
  await app.tap('Tiếng Việt');
  await app.tap('Xem thử với số liệu mẫu');
  await app.sees('Việc đến hạn', 60_000);
  return app;
}

test('what a person does by hand in the office and the village is ticked, added up and handed over', async () => {
  const app = await practice('by hand');

  // An attendance: the whole police station, one by name.
  await list(app, 'Kế hoạch, chỉ đạo', 'Tập huấn');
  await app.tap('Ghi tập huấn');
  await app.type('Tên lớp', 'Kỹ năng tuyên truyền');
  await app.tap('Kỹ năng tuyên truyền');
  await app.tap('Hôm nay', { inside: 'Ngày' });
  await app.tap('Chọn từ danh sách: Học viên');
  await app.sees('Thuộc đơn vị, nhóm');
  const count = await narrowed(app, 'cong an');
  await app.tall('roll-open');
  await app.isFit('roll-open');
  await app.tap(`Đánh dấu cả ${count}`);
  await app.sees('Lực lượng: Công an xã');
  await app.sees(`Có mặt: ${count}/${count}`);
  await app.tap('Thu danh sách lại');
  await app.tap('Thêm: Học viên');
  await app.type('Họ và tên', 'Khổng Thị Ngoài');
  await app.tap('Xong mục này');
  await app.sees('chưa ghi 1');
  await app.tall('roll-ticked');
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');
  await app.sees(`Học viên (${count + 1})`);
  await app.isFit('record-training');
  await app.tall('record-training');

  // A group with its households; who is in none is told.
  await list(app, 'Kiểm tra, tuần tra, tự quản', 'Nhóm hộ, tổ tự quản, mô hình');
  await app.isFit('list-groups');
  await app.tap('Ghi nhóm hộ, tổ tự quản, mô hình');
  await app.tap('Thôn 4');
  await app.type('Tên nhóm, mô hình', 'Nhóm hộ số 1');
  await app.tap('Nhóm hộ tự quản');
  await app.tap('Hôm nay', { inside: 'Ngày thành lập' });
  await app.type('Trưởng nhóm', 'Khổng Văn Trưởng');
  await app.tap('Chọn từ danh sách: Thành viên, hộ');
  await app.sees('Đánh dấu cả');
  await app.isFit('roll-households');
  const households = await narrowed(app, 'nguyen');
  await app.tap(`Đánh dấu cả ${households}`);
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');
  await app.sees('Hộ chưa vào nhóm nào');
  await app.isFit('record-group');
  await app.tall('record-group');

  // Two shifts: the second sees what the first hands over.
  for (const shift of [1, 2]) {
    await list(app, 'Kiểm tra, tuần tra, tự quản', 'Tuần tra, canh gác, trực');
    await app.tap('Ghi tuần tra, canh gác, trực');
    // Six villages and the own unit are more than radios show.
    await app.type('Ghi vào sổ của', 'thon 4');
    await app.tap('Thôn 4');
    if (shift === 2) {
      await app.sees('Ca trước bàn giao');
      await app.sees('Cổng nhà văn hóa chưa khóa');
      await app.isFit('shift-takes-over');
      await app.tall('shift-takes-over');
      break;
    }
    await app.tap('Hôm nay', { inside: 'Kết thúc' });
    await app.type('Giờ', '23:30', { inside: 'Kết thúc' });
    await app.tap('Công an', { inside: 'Lực lượng' });
    await app.type('Khu vực, tuyến', 'Đường liên thôn');
    await app.type('Tình hình', 'Bình thường');
    await app.type('Bàn giao ca cho', 'Khổng Văn Sau');
    await app.type('Nội dung bàn giao', 'Cổng nhà văn hóa chưa khóa');
    await app.tap('Lưu');
    await app.sees('Đã lưu trên máy này');
  }

  await app.close();
});

test('a box is opened with its letters, money is held against the plan, a request has its limit, a reward is decided', async () => {
  const app = await practice('held against');

  await list(app, 'Tin báo, vụ việc', 'Hòm thư tố giác, đường dây nóng');
  await app.tap('Ghi hòm thư tố giác, đường dây nóng');
  await app.tap('Thôn 4');
  await app.tap('Hòm thư tố giác', { inside: 'Loại' });
  await app.type('Vị trí', 'Nhà văn hóa Thôn 4');
  for (const [part, number] of [
    ['Ngày', '01'],
    ['Tháng', '06'],
    ['Năm', '2025'],
  ])
    await app.type(part, number, { inside: 'Ngày đặt' });
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');

  await list(app, 'Tin báo, vụ việc', 'Mở hòm thư tố giác');
  await app.tap('Ghi mở hòm thư tố giác');
  await app.type('Hòm thư', 'Thôn 4');
  await app.tap('Hòm thư tố giác – Nhà văn hóa Thôn 4');
  await app.tap('Hôm nay', { inside: 'Ngày' });
  await app.tap('Nguyên vẹn');
  await app.tap('Thêm: Thư');
  await app.type('Nội dung', 'Có người lạ ra vào ban đêm');
  await app.type('Nơi', 'Ngõ 5');
  await app.tall('opening-letter');
  await app.tap('Lưu');
  await app.sees('Thêm người mở.');
  await app.isFit('opening-alone');
  for (const name of ['Khổng Văn Một', 'Khổng Thị Hai']) {
    await app.tap('Thêm: Người mở');
    await app.type('Họ và tên', name);
    await app.tap('Xong mục này');
  }
  await app.tall('opening-ready');
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');
  await app.tall('record-opening');
  await app.isFit('record-opening');

  for (const [content, planned, spent] of [
    ['Tập huấn', '10000000', '3500000'],
    ['Pa nô, áp phích', '2000000', '2500000'],
  ]) {
    await list(app, 'Khen thưởng, kinh phí', 'Kinh phí');
    await app.tap('Ghi kinh phí');
    await app.tap('Ngân sách xã');
    await app.type('Nội dung chi', content);
    await app.type('Dự toán', planned);
    await app.tap('Thêm: Các lần chi');
    await app.tap('Hôm nay', { inside: 'Các lần chi, mục 1' });
    await app.type('Số tiền', spent);
    await app.tap('Xong mục này');
    await app.sees(spent === '3500000' ? 'Số tiền: 3.500.000 đồng' : 'Số tiền: 2.500.000 đồng');
    await app.tap('Hôm nay', { inside: 'Ngày xảy ra' });
    await app.tap('Lưu');
    await app.sees('Đã lưu trên máy này');
  }
  await list(app, 'Khen thưởng, kinh phí', 'Kinh phí');
  await app.tap('Bảng dự toán và chi');
  await app.sees('Năm 2025 · Ngân sách xã');
  await app.sees('12.000.000');
  await app.sees('6.000.000');
  await app.isFit('accounts');

  await list(app, 'Xã, thôn, đơn vị', 'Yêu cầu, phản ánh về dữ liệu; kiểm tra tuân thủ; sự cố');
  await app.tap('Ghi yêu cầu, phản ánh về dữ liệu; kiểm tra tuân thủ; sự cố');
  await app.type('Loại', 'xoa du lieu');
  await app.tap('Yêu cầu xóa dữ liệu');
  await app.tap('Hôm nay', { inside: 'Nhận ngày' });
  await app.tall('form-request');
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');
  await app.sees('Báo đã nhận yêu cầu');
  await app.isFit('record-request');

  await list(app, 'Khen thưởng, kinh phí', 'Đề nghị khen thưởng');
  await app.tap('Ghi đề nghị khen thưởng');
  await app.type('Ghi vào sổ của', 'thon 4');
  await app.tap('Thôn 4');
  await app.tap('Người cung cấp tin có giá trị (không ghi tên)');
  await app.type('Thành tích', 'Giúp phát hiện điểm bán lẻ');
  await app.tap('Hôm nay', { inside: 'Ngày đề nghị' });
  await app.tap('Lưu');
  await app.sees('Cung cấp tin có giá trị – 10/06/2025');
  await list(app, 'Khen thưởng, kinh phí', 'Đề nghị khen thưởng');
  await app.tap('Chờ quyết định');
  await app.isFit('list-proposals');
  await app.tap('Cung cấp tin có giá trị – 10/06/2025');
  await app.tap('Ghi khen thưởng');
  await app.sees('Giúp phát hiện điểm bán lẻ');
  await app.tall('form-reward');
  await app.close();
});

test('the police make cards of a team as one act, for those who hold none', async () => {
  const app = await practice('cards');
  await list(app, 'Quản lý, giúp đỡ', 'Phân công giúp đỡ, Tổ quản lý');
  await app.tap('Phạm Ngọc Huy – 11/07/1996 – 24/QĐ-UBND');
  await app.type('Lý do mở', 'Phân công người giúp đỡ');
  await app.tap('Mở hồ sơ');
  await app.sees('Người tư vấn trực tiếp');
  await app.isFit('record-team');
  await app.tap('Làm thẻ tiếp xúc');
  await app.sees('Ai nhận thẻ');
  await app.isFit('cards');
  await app.tap('Nguyễn Trọng Tâm');
  for (const [part, number] of [
    ['Ngày', '31'],
    ['Tháng', '12'],
  ]) {
    await app.empty(part, { inside: 'Đến ngày' });
    await app.type(part, number, { inside: 'Đến ngày' });
  }
  await app.tap('Làm 2 thẻ');
  await app.sees('Đã làm 2 thẻ tiếp xúc trên máy này');
  await app.isFit('cards-made');
  // Who holds one is not marked again.
  await app.tap('Làm thẻ tiếp xúc');
  await app.sees('Tổ phó (đại diện thôn) · Đang giữ thẻ');
  await app.sees('Làm 1 thẻ');
  await app.close();
});
