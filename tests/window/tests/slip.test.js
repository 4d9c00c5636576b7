import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { Key } from '../rig/app.js';
import { cameraShows, holdsCamera, textToCopy } from '../rig/page.js';
import { until } from '../rig/processes.js';
import { story } from '../rig/story.js';
import { found, invite, unlock } from '../rig/ways.js';

const told = story();

/** What stands in a window, as a photograph of it. */
async function photograph(app, name) {
  const path = join(told.folder, name);
  await writeFile(path, await app.picture());
  return path;
}

async function toTheSlip(app) {
  await app.tap('Tiếng Việt');
  await app.tap('Tôi được xã mời');
  await app.sees('Đọc phiếu mời');
}

test('an invitation is read from a photograph of the screen, and one without a code says so', async () => {
  const office = await told.open('office');
  await found(office);
  const nothing = await photograph(office, 'nothing.png');
  await invite(office);
  const slip = await photograph(office, 'slip.png');
  const head = await told.open('head');
  await toTheSlip(head);
  await head.choose('Chọn ảnh có mã QR', nothing);
  await head.sees('Không thấy mã QR trong ảnh');
  await head.choose('Chọn ảnh có mã QR', slip);
  await head.sees('Trưởng thôn, Thôn 3');
  await head.close();
  await office.close();
});

test('the words of a slip are copied in one window and pasted into another', async () => {
  const office = await told.open('office');
  await unlock(office);
  await invite(office);
  const words = await office.run(textToCopy, 'Chữ trên phiếu mời');
  await office.tap('Chép');
  await office.sees('Đã chép.');
  const head = await told.open('pasting');
  await toTheSlip(head);
  const field = await head.goInto('Chữ trên phiếu mời');
  await field.sendKeys(Key.chord(Key.CONTROL, 'v'));
  await until('it stands there', async () => {
    const seen = await head.typed('Chữ trên phiếu mời');
    return { is: seen === words, seen };
  });
  await head.close();
  await office.close();
});

test('the camera is shown while it looks for a code, and goes off with the button and with the page', async () => {
  const head = await told.open('watching', { env: { SOTHON_TEST_CAMERA: '1' } });
  await toTheSlip(head);
  const shows = () =>
    until('the camera shows something', async () => ({
      is: await head.run(cameraShows),
      seen: await head.text(),
    }));
  await head.tap('Quét mã bằng máy ảnh');
  await shows();
  await head.isFit('join-camera');
  await head.run(holdsCamera);
  await head.tap('Dừng');
  await until('it is off', async () => ({ is: !(await head.run(holdsCamera)), seen: 'on' }));
  await head.sees('Quét mã bằng máy ảnh');
  await head.tap('Quét mã bằng máy ảnh');
  await shows();
  await head.run(holdsCamera);
  await head.tap('Quay lại');
  await until('it is off', async () => ({ is: !(await head.run(holdsCamera)), seen: 'on' }));
  await head.close();
});

test('where the camera cannot be used a sentence says what else there is', async () => {
  const head = await told.open('without');
  await toTheSlip(head);
  await head.tap('Quét mã bằng máy ảnh');
  await head.sees('Chưa dùng được máy ảnh');
  await head.sees('Chọn ảnh có mã');
  await head.close();
});
