import test from 'node:test';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { story } from '../rig/story.js';
import { found, unlock } from '../rig/ways.js';

const told = story();

/** Tries a passphrase at the door. */
async function attempt(app, passphrase) {
  await app.empty('Mật khẩu mở sổ');
  await app.type('Mật khẩu mở sổ', passphrase);
  await app.tap('Mở sổ');
}

test('a wrong passphrase costs time, never data', async () => {
  // The door counts down by the window's clock: here it is the machine's for both.
  const app = await told.open('door', { now: null });
  await found(app);
  await app.tap('Khóa sổ');
  await app.sees('Mật khẩu mở sổ');
  await app.isFit('unlock');
  await app.type('Mật khẩu mở sổ', 'khong phai cau nay');
  await app.tap('Mở sổ');
  await app.sees('Mật khẩu chưa đúng.');
  await app.isFit('unlock-wrong');
  await app.empty('Mật khẩu mở sổ');
  await unlock(app);

  await app.tap('Khóa sổ');
  for (let wrong = 1; wrong < 5; wrong += 1) {
    await attempt(app, `sai lan thu ${wrong}`);
    await app.sees('Mật khẩu chưa đúng.');
  }
  await attempt(app, 'sai lan thu 5');
  await app.sees('Đã nhập sai 5 lần.');
  await app.sees('Còn 19 phút');
  await app.isFit('unlock-wait');
  await app.tap('Quên mật khẩu?');
  await app.sees('Mời gọi người phụ trách sổ của xã');
  await app.isFit('unlock-forgotten');
  await app.close();
});

test('when the wait is over the right passphrase opens; who does not touch the book is warned, then it is locked', async () => {
  const settings = join(told.folder, 'door', 'settings.json');
  await writeFile(
    settings,
    JSON.stringify({ ...JSON.parse(await readFile(settings, 'utf8')), lockMinutes: 1 }),
  );
  // The shortest lock time, with a minute that is not as long.
  const app = await told.open('door', { now: '2040-01-01T08:00', env: { SOTHON_TEST_MINUTE: '24' } });
  await unlock(app);
  await app.sees('Sổ sắp khóa', 45_000);
  await app.isFit('lock-soon');
  await app.tap('Ở lại');
  await app.seesNot('Sổ sắp khóa');
  await app.sees('Việc đến hạn');
  // Nobody answers this time.
  await app.sees('Sổ sắp khóa', 45_000);
  await app.sees('Mật khẩu mở sổ', 45_000);
  await app.seesNot('Việc đến hạn');
  await app.isFit('locked-idle');
  await unlock(app);
  await app.close();
});
