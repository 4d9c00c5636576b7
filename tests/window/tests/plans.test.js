// A plan for the next period from the old one: looked through, saved at once, taken back at once.

import test from 'node:test';
import { story } from '../rig/story.js';

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
