// The evening's stack of pledges: marked, saved at once, taken back at once.

import test from 'node:test';
import { story } from '../rig/story.js';

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
