// A plan for the next period from the old one: looked through, saved at once, taken back at once. And what a unit plans for
// itself beside it.

import test from 'node:test';
import { story } from '../rig/story.js';
import { day } from '../rig/ways.js';

const told = story();

test('a plan for the next period is made of the old one, looked through, and taken back at once', async () => {
  const app = await told.open('practice', { now: '2025-12-20T08:00' });
  await app.tap('Tiếng Việt');
  await app.tap('Xem thử với số liệu mẫu');
  await app.sees('Việc đến hạn', 60_000);
  await app.tap('Nhiệm vụ', { inside: 'Các mục' });
  await app.sees('Bước 1: UBND ban hành kế hoạch');
  await app.isFit('tasks-plan');
  await app.tap('Lập kế hoạch cho kỳ mới');
  await app.sees('Kế hoạch cũ:');
  await app.tap('Xem các nhiệm vụ');
  await app.sees('Có 2 chỗ cần sửa');
  await app.isFit('renew-wrong');
  await app.type('Số, ký hiệu', '05/KH-UBND');
  await app.tap('Hôm nay', { inside: 'Ngày ban hành' });
  await app.tap('Xem các nhiệm vụ');
  await app.sees('Nhiệm vụ của kỳ mới');
  await app.sees('Hạn rơi ngoài kỳ mới');
  await app.isFit('renew-tasks');
  await app.tall('renew-tasks');
  const [, count] = (await app.text()).match(/Lập kế hoạch với (\d+) nhiệm vụ/u);
  await app.tap(`Lập kế hoạch với ${count} nhiệm vụ`);
  await app.sees(`Đã lập kế hoạch với ${count} nhiệm vụ trên máy này`);
  await app.sees('từ 01/01/2026 đến 31/12/2026');
  await app.isFit('renew-saved');
  await app.tap('Hoàn tác');
  await app.sees('Bước 1: UBND ban hành kế hoạch');
  await app.close();
});

test('a unit writes a plan of its own, finds it beside the plan of the commune, sees who changed what of it, and renews it', async () => {
  const app = await told.open('own-plan');
  await app.tap('Tiếng Việt');
  await app.tap('Xem thử với số liệu mẫu');
  await app.sees('Việc đến hạn', 60_000);
  await app.tap('Nhiệm vụ', { inside: 'Các mục' });
  await app.sees('Kế hoạch riêng của thôn, đơn vị');
  await app.tap('Lập kế hoạch của thôn, đơn vị');
  await app.sees('Tên kế hoạch');
  await app.tap('Lưu');
  await app.sees('chỗ cần sửa');
  await app.isFit('own-plan-missing');
  await app.type('Tên kế hoạch', 'Kế hoạch tuần tra mùa gặt');
  await day(app, 'Ngày lập', ['09', '06', '2025']);
  await day(app, 'Kỳ từ ngày', ['01', '06', '2025']);
  await day(app, 'Kỳ đến ngày', ['30', '09', '2025']);
  await app.tap('Thêm: Việc của thôn, đơn vị');
  await app.type('Việc cần làm', 'Tuần tra các kho thóc');
  await day(app, 'Hạn', ['30', '09', '2025']);
  await app.tap('Xong mục này');
  await app.isFit('own-plan-form');
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');
  await app.isFit('own-plan-saved');

  await app.tap('Nhiệm vụ', { inside: 'Các mục' });
  await app.sees('Kế hoạch tuần tra mùa gặt');
  await app.sees('từ 01/06/2025 đến 30/09/2025 · 1 việc · 0 xong');
  await app.isFit('tasks-own-plan');
  await app.tap('Công an xã Quang Trung: Kế hoạch tuần tra mùa gặt');
  await app.sees('Ai đã ghi, ai đã sửa');
  await app.tap('Sửa');
  await day(app, 'Kỳ đến ngày', ['31', '10', '2025']);
  await app.tap('Lưu');
  await app.sees('31/10/2025');
  await app.sees('Sau đó đã sửa tiếp, không hoàn tác được');
  await app.tall('own-plan-history');
  await app.isFit('own-plan-history');

  // Its next period, in its own book: looked through, saved at once.
  await app.tap('Nhiệm vụ', { inside: 'Các mục' });
  await app.tap('Lập kế hoạch cho kỳ mới: Công an xã Quang Trung: Kế hoạch tuần tra mùa gặt');
  await app.sees('Kế hoạch cũ:');
  await app.tap('Hôm nay', { inside: 'Ngày lập' });
  await app.isFit('renew-own');
  await app.tap('Xem các nhiệm vụ');
  await app.sees('Trước: 30/09/2025 → Nay: 28/02/2026');
  await app.isFit('renew-own-tasks');
  await app.tap('Lập kế hoạch với 1 nhiệm vụ');
  await app.sees('Đã lập kế hoạch với 1 nhiệm vụ trên máy này');
  await app.sees('từ 01/11/2025 đến 31/03/2026 · 1 việc · 0 xong');
  await app.isFit('renew-own-saved');
  await app.close();
});
