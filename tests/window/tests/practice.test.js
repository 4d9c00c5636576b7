// The practice commune shows every screen with something on it: each is looked at.

import test from 'node:test';
import { LAPTOP } from '../rig/app.js';
import { story } from '../rig/story.js';

const BAND = 'SỐ LIỆU MẪU';
let app;

const told = story(async () => {
  app = await told.open('practice');
  await app.tap('Tiếng Việt');
  await app.tap('Xem thử với số liệu mẫu');
  await app.sees('Việc đến hạn', 60_000);
});

const go = (place) => app.tap(place, { inside: 'Các mục' });

/** The band stands on the screen, and the screen is fit. */
async function looked(name, options) {
  await app.sees(BAND);
  await app.isFit(`practice-${name}`, options);
}

test('every place of the bar has its screen, with the band on it', async () => {
  const places = [
    ['Hôm nay', 'Ghi vào sổ', 'today'],
    ['Hộ', '161 hộ', 'households'],
    ['Sổ', 'Hộ và cam kết', 'books'],
    ['Toàn xã', 'Số liệu', 'commune'],
    ['Nhiệm vụ', 'Nhiệm vụ của kế hoạch', 'tasks'],
    ['Người trong diện', 'Thời hạn', 'care'],
    ['Tin báo', 'Danh sách không hiện nội dung tin.', 'tips'],
    ['Gửi nhận', 'Nhật ký', 'exchange'],
    ['Người và máy', 'Danh bạ đang ở', 'people'],
    ['Trợ giúp', 'Trợ giúp', 'help'],
  ];
  for (const [place, says, name] of places) {
    await go(place);
    await app.sees(says);
    await looked(name);
  }
});

test('text at 200 % breaks neither home nor a form nor a record', async () => {
  await go('Cài đặt');
  await looked('settings');
  await app.tap('Lớn nhất');
  await go('Hôm nay');
  await looked('today-200');
  await app.tap('Ghi tiếp xúc');
  await app.sees('Lưu và ghi tiếp');
  await looked('form-200');
  await app.tap('Quay lại');
  await go('Hộ');
  await app.press('\uE004');
  await looked('households-200');
  await go('Toàn xã');
  await looked('commune-200', { sizes: [LAPTOP] });
  await go('Cài đặt');
  await app.tap('Thường');
});

test('it is thrown away in one act, and nothing of it is left', async () => {
  await go('Cài đặt');
  await app.tap('Mở trang bỏ sổ mẫu');
  await looked('discard');
  await app.tap('Bỏ hẳn sổ mẫu');
  await app.sees('Mời chọn cách bắt đầu');
  await app.seesNot(BAND);
});
