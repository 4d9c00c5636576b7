import assert from 'node:assert/strict';
import test from 'node:test';
import { story } from '../rig/story.js';
import { HEAD, join } from '../rig/ways.js';

const told = story();

/** Opens the page of the village head's devices. */
async function toTheHead(office) {
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.tap(HEAD);
  await office.sees('Mã máy');
}

test('a device gets another village, is lost, suspended and cut; its window learns it and nothing more comes to it', async () => {
  const { office, head } = await join(told);
  // One that the office edits later, and one that nobody but this device ever touches.
  for (const [number, name] of [
    ['4', 'Trần Thị Cẩm'],
    ['5', 'Bùi Văn Tám'],
  ]) {
    await head.tap('Hộ', { inside: 'Các mục' });
    await head.tap('Ghi hộ mới');
    await head.type('Số hộ', number);
    await head.type('Họ và tên chủ hộ', name);
    await head.type('Địa chỉ', 'Ngõ 5');
    await head.tap('Lưu');
    await head.sees('Máy của xã đã nhận');
  }

  await toTheHead(office);
  await office.isFit('device-owner');
  await office.tap('Đổi vai trò, đổi thôn');
  await office.type('Vai trò mới', 'truong thon');
  await office.tap('Trưởng thôn');
  await office.tap('Thôn 4');
  await office.isFit('new-role');
  await office.tap('Xem trước thay đổi');
  await office.sees('Từ nay không còn');
  await office.isFit('new-role-check');
  await office.tap('Đổi vai trò của máy này');
  await office.sees('từ nay: Trưởng thôn, Thôn 4');
  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.sees('Thôn 4');

  await toTheHead(office);
  await office.tap('Máy này bị mất');
  await office.sees('1. Tạm dừng ngay');
  await office.isFit('lost');
  await office.tap('Tạm dừng máy đó');
  await office.sees('Đã tạm dừng');
  await office.sees('Sổ thôn, Thôn 3');
  await office.isFit('lost-suspended');
  await office.tap('Hôm nay', { inside: 'Các mục' });
  await office.sees(`Máy bị mất: ${HEAD}`);
  await office.isFit('today-lost');
  await office.tap(`Máy bị mất: ${HEAD}`);
  await office.tap('Cắt quyền máy đó, thay chìa');
  await office.sees('Đã cắt mọi quyền của máy đó');
  await office.sees('Mọi sổ máy đó từng đọc đã có chìa mới');
  await office.isFit('lost-cut');

  await head.tap('Gửi nhận', { inside: 'Các mục' });
  await head.tap('Gửi ngay');
  await head.sees('chưa nhận máy này');
  // What the commune writes from now on does not come there.
  await office.tap('Hộ', { inside: 'Các mục' });
  await office.tap('Trần Thị Cẩm');
  await office.tap('Sửa');
  await office.empty('Địa chỉ');
  await office.type('Địa chỉ', 'Ngõ 9');
  await office.tap('Lưu');
  await office.sees('Đã lưu trên máy này');
  await head.tap('Gửi nhận', { inside: 'Các mục' });
  await head.sees('chưa nhận máy này');
  assert.ok(!(await head.text()).includes('Ngõ 9'));

  await toTheHead(office);
  await office.tap('Máy này bị mất');
  await office.tap('Đã báo');
  await office.sees('Đã báo lúc');
  await office.tap('Hoàn tác mọi điều máy đó đã ghi');
  await office.sees('Việc này lấy lại được');
  await office.isFit('undo-device');
  await office.type('Lý do hoàn tác', 'Máy bị kẻ gian dùng');
  await office.tap('Hoàn tác mọi điều máy đó đã ghi');
  await office.sees('Đã hoàn tác');
  await office.isFit('undo-device-done');
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.tap('Phần để riêng, chưa được tính');
  await office.sees('Không có mục nào để riêng');
  await office.isFit('asides');

  // Keys on paper are asked for where they are used; what is no such key is refused in a sentence.
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.tap('Mở ngăn bằng chìa đọc trên giấy');
  await office.tap('Ngăn quản lý, giúp đỡ');
  await office.type('Dòng chữ trên tờ chìa đọc', 'STS-KHONG-PHAI');
  await office.tap('Mở ngăn trên máy này');
  await office.sees('Phiếu');
  await office.isFit('read-by-paper');
  await head.close();
  await office.close();
});
