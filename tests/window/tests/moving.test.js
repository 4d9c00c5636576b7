import test from 'node:test';
import { until } from '../rig/processes.js';
import { story } from '../rig/story.js';
import { join } from '../rig/ways.js';

const told = story();

/** Records a household of the head's village. */
async function household(head, number, name, address) {
  await head.tap('Hộ', { inside: 'Các mục' });
  await head.tap('Ghi hộ mới');
  await head.type('Số hộ', number);
  await head.type('Họ và tên chủ hộ', name);
  await head.type('Địa chỉ', address);
  await head.tap('Lưu');
  await head.sees('Máy của xã đã nhận');
}

/** Waits until the list has one row of this name, and opens it. Rows that stand there stay; they go when one comes again. */
async function openTheOne(app, name) {
  await until(`there is one ${name}`, async () => {
    await app.tap('Hộ', { inside: 'Các mục' });
    await app.sees('Cả bản đã hủy');
    const seen = await app.text();
    return { is: seen.split(name).length === 2, seen };
  });
  await app.tap(name);
}

test('a household entered twice is merged, moves to another village, and what its old village writes late is taken over', async () => {
  const { office, head, relay } = await join(told);
  await household(head, '4', 'Trần Thị Cẩm', 'Ngõ 5');
  await household(head, '4', 'Trần Thị Cẩm', 'Ngách 2');

  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.tap('Cần xem lại (1)');
  await head.sees('Hai hộ cùng chủ hộ và số hộ');
  await head.isFit('review-twice');
  await head.tap('Gộp hai bản');
  await head.sees('Bản giữ lại');
  await head.isFit('merge');
  await head.tap('Gộp lại');
  await head.sees('Các bản đã gộp vào đây');
  await head.isFit('record-merged');
  await openTheOne(office, 'Trần Thị Cẩm');
  await office.tap('Chuyển sang thôn khác');
  await office.tap('Chuyển thôn');
  await office.sees('Chọn thôn chuyển đến.');
  await office.sees('Nhập ngày chuyển.');
  await office.tap('Thôn 4');
  await office.isFit('moving');
  await office.tap('Hôm nay', { inside: 'Ngày chuyển' });
  // While both are out of reach of each other, the head writes in the old book.
  await relay.stop();
  await office.tap('Chuyển thôn');
  await office.sees('Đã lưu');
  await office.isFit('record-moved');
  await openTheOne(head, 'Trần Thị Cẩm');
  await head.tap('Sửa');
  await head.empty('Địa chỉ');
  await head.type('Địa chỉ', 'Ngõ 70');
  await head.tap('Lưu');
  await head.sees('Đã lưu trên máy này');
  await relay.start();
  for (const app of [head, office]) {
    await app.tap('Gửi nhận', { inside: 'Các mục' });
    await app.tap('Gửi ngay');
  }
  await until('the household has left the head’s list', async () => {
    await head.tap('Hộ', { inside: 'Các mục' });
    await head.sees('Cả bản đã hủy');
    const seen = await head.text();
    return { is: !seen.includes('Trần Thị Cẩm'), seen };
  });

  // The old head is told gently, the office settles it.
  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.tap('Mục ghi muộn (1)');
  await head.sees('Không cần làm gì');
  await head.isFit('late-head');
  await office.tap('Hôm nay', { inside: 'Các mục' });
  await office.sees('Mục ghi muộn (1)');
  await office.isFit('today-late');
  await office.tap('Mục ghi muộn (1)');
  await office.sees('Đã chuyển từ Thôn 3 sang Thôn 4; sổ Thôn 3 còn ghi:');
  await office.sees('Ngõ 70');
  await office.isFit('late');
  await office.tap('Để ở sổ cũ');
  await office.sees('Lý do để ở sổ cũ');
  await office.isFit('late-reason');
  await office.tap('Quay lại');
  await office.tap('Đưa sang sổ Thôn 4');
  await office.sees('Không có mục ghi muộn.');
  await office.isFit('late-none');
  await openTheOne(office, 'Trần Thị Cẩm');
  for (const said of ['Thôn 4', 'Ngõ 70']) await office.sees(said);
  await head.close();
  await office.close();
});
