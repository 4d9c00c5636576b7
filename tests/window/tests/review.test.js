import assert from 'node:assert/strict';
import test from 'node:test';
import { story } from '../rig/story.js';
import { HEAD, REGISTRAR, join } from '../rig/ways.js';

const told = story();

/** Opens the household's form for a change and gives it another address. */
async function readdress(app, address) {
  await app.tap('Hộ', { inside: 'Các mục' });
  await app.tap('Trần Thị Cẩm');
  await app.tap('Sửa');
  await app.empty('Địa chỉ');
  await app.type('Địa chỉ', address);
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');
}

test('two people change one field with no connection: both values are shown, one is chosen, history keeps both', async () => {
  const { office, head, relay } = await join(told);
  await head.tap('Hộ', { inside: 'Các mục' });
  await head.tap('Ghi hộ mới');
  await head.type('Số hộ', '4');
  await head.type('Họ và tên chủ hộ', 'Trần Thị Cẩm');
  await head.type('Địa chỉ', 'Ngõ 5');
  await head.tap('Lưu');
  // Nothing but a receipt of the commune's makes this word stand there.
  await head.sees('Máy của xã đã nhận');
  await office.tap('Hộ', { inside: 'Các mục' });
  await office.sees('Trần Thị Cẩm');

  await relay.stop();
  await readdress(head, 'Ngõ 7');
  await readdress(office, 'Ngõ 9');
  await relay.start();
  for (const app of [head, office]) {
    await app.tap('Gửi nhận', { inside: 'Các mục' });
    await app.tap('Gửi ngay');
  }
  // Each machine says so, however it is looked at, and says no name.
  await told.noticed('Có 1 chỗ hai người ghi khác nhau.');
  await told.noticed('việc đến hạn hoặc sắp đến hạn');
  for (const name of [HEAD, REGISTRAR, 'Trần Thị Cẩm', 'Ngõ']) {
    assert.ok(!told.screen.notices().some((notice) => notice.includes(name)), `no notice names ${name}`);
  }
  await head.isFit('exchange-head');
  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.sees('Cần xem lại (1)');
  await head.tap('Cần xem lại (1)');
  await head.sees('Hai người ghi khác nhau (1)');
  await head.isFit('review');
  await head.tap('Trần Thị Cẩm');
  for (const seen of ['Ngõ 7', 'Ngõ 9', HEAD, REGISTRAR]) await head.sees(seen);
  await head.tap('Giữ giá trị đã chọn');
  await head.sees('Chọn một giá trị.');
  await head.isFit('question');
  await head.tap('Ngõ 9');
  await head.tap('Giữ giá trị đã chọn');
  await head.sees('Không có gì cần xem lại.');
  await head.isFit('review-none');

  for (const app of [head, office]) {
    await app.tap('Hộ', { inside: 'Các mục' });
    await app.tap('Trần Thị Cẩm');
    for (const kept of ['Ngõ 5', 'Ngõ 7', 'Ngõ 9']) await app.sees(kept);
    await app.seesNot('Hai người ghi khác nhau');
    await app.isFit(app === head ? 'record-decided' : 'record-decided-office');
  }
  await head.tap('Gửi nhận', { inside: 'Các mục' });
  await head.sees('Máy này và xã khớp nhau');
  await office.tap('Gửi nhận', { inside: 'Các mục' });
  await office.isFit('exchange-office');
  await head.close();
  await office.close();
});
