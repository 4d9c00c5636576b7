// The evening's stack of pledges: marked, saved at once, taken back at once.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Key } from '../rig/app.js';
import { story } from '../rig/story.js';
import { join, unlock } from '../rig/ways.js';

const told = story();

test('an evening of pledges is marked and saved at once, and what is wrong is said where it is', async () => {
  const app = await told.open('practice', { now: '2025-02-10T08:00' });
  await app.tap('Tiếng Việt');
  await app.tap('Xem thử với số liệu mẫu');
  await app.sees('Việc đến hạn', 60_000);
  await app.tap('Sổ', { inside: 'Các mục' });
  await app.sees('Hộ và cam kết');
  await app.tap('Bản cam kết hộ', { inside: 'Hộ và cam kết' });
  await app.tap('Ghi nhiều bản cam kết');
  await app.sees('Cả chồng bản giấy');
  await app.tap('Thôn 4');
  await app.sees('hộ đã ký, còn');
  await app.isFit('stack');
  await app.tap('Lưu 0 bản cam kết');
  await app.sees('Đánh dấu ít nhất một hộ đã ký.');
  await app.isFit('stack-nothing');
  const count = Number((await app.text()).match(/Đánh dấu cả (\d+) hộ/u)[1]);
  await app.tap(`Đánh dấu cả ${count} hộ`);
  await app.tall('stack-marked');
  await app.tap(`Lưu ${count} bản cam kết`);
  await app.sees('Ngày ký');
  await app.isFit('stack-no-day');
  await app.tap('Hôm nay', { inside: 'Ngày ký' });
  await app.tap(`Lưu ${count} bản cam kết`);
  await app.sees(`Đã lưu ${count} bản cam kết trên máy này`);
  await app.isFit('stack-saved');
  await app.sees('Mọi hộ của thôn đã ký cam kết');
  await app.tap('Hoàn tác');
  await app.sees(`Đánh dấu cả ${count} hộ`);
  await app.close();
});

test('a stack that is half marked when the program is killed or locked comes back, and is a draft until then', async () => {
  const both = await join(told);
  await both.office.close();
  let head = both.head;
  for (const [number, name] of [
    ['71', 'Đỗ Thị Bưởi'],
    ['72', 'Vũ Văn Cam'],
  ]) {
    await head.tap('Hộ', { inside: 'Các mục' });
    await head.tap('Ghi hộ mới');
    await head.type('Số hộ', number);
    await head.type('Họ và tên chủ hộ', name);
    await head.tap('Lưu');
    await head.sees('Đã lưu trên máy này');
  }
  const open = async () => {
    await head.tap('Sổ', { inside: 'Các mục' });
    await head.tap('Bản cam kết hộ', { inside: 'Hộ và cam kết' });
    await head.tap('Ghi nhiều bản cam kết');
    await head.sees('Hộ số 72');
  };
  await open();
  await head.tap('Hôm nay', { inside: 'Ngày ký' });
  await head.tap('Đỗ Thị Bưởi Hộ số 71');
  await head.sees('Bản nháp đã lưu');
  await head.isQuiet();
  await head.killHard();
  head = await told.open('head');
  await unlock(head);
  await head.sees('Bản nháp (1)');
  await head.tap('Bản nháp (1)');
  await head.sees('Ghi nhiều bản cam kết');
  await head.isFit('drafts-stack');
  await head.tap('Ghi tiếp');
  await head.sees('Đang ghi tiếp bản nháp.');
  await head.sees('Lưu 1 bản cam kết');
  await head.tall('stack-goes-on');
  await head.isFit('stack-goes-on');
  // What is changed within the last second before a lock is there too.
  await head.empty('Người ký, hộ Đỗ Thị Bưởi');
  await head.type('Người ký, hộ Đỗ Thị Bưởi', 'Đỗ Văn Bòng');
  await head.press(Key.ESCAPE);
  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.tap('Khóa sổ');
  await head.sees('Mật khẩu mở sổ');
  await unlock(head);
  await open();
  await head.sees('Đang ghi tiếp bản nháp.');
  assert.equal(await head.typed('Người ký, hộ Đỗ Thị Bưởi'), 'Đỗ Văn Bòng');
  await head.tap('Lưu 1 bản cam kết');
  await head.sees('Đã lưu 1 bản cam kết trên máy này');
  await head.tap('Hôm nay', { inside: 'Các mục' });
  await head.sees('Việc đến hạn');
  await head.seesNot('Bản nháp');
  await head.close();
});
