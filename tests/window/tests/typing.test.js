// Vietnamese typed by a real input method: keys go through IBus and UniKey to the window, as on a person's machine.

import { execFile } from 'node:child_process';
import test from 'node:test';
import { promisify } from 'node:util';
import { end, start, until } from '../rig/processes.js';
import { PASSPHRASE, story } from '../rig/story.js';

const call = promisify(execFile);
const NAME = 'Họ và tên chủ hộ';
const NOTE = 'Ghi chú (không bắt buộc)';
const ADDRESS = 'Địa chỉ (ngõ, số nhà)';
const PHONE = 'Điện thoại liên hệ (không bắt buộc)';

const told = story(async () => {
  await told.cli('typing/so-1', 'found', '--role', 'police-chief', '--villages', '1');
});

test('words typed through UniKey arrive whole and once, also the one that was being typed', async () => {
  // The input method keeps where it can be reached in a folder of its own.
  const env = {
    ...told.screen.env,
    XDG_CONFIG_HOME: told.folder,
    GTK_IM_MODULE: 'ibus',
    XMODIFIERS: '@im=ibus',
  };
  const outside = { env: { ...process.env, ...env } };
  const method = start('ibus-daemon', ['--panel', 'disable', '--config', 'disable'], outside);
  try {
    await until('the input method is UniKey', async () => {
      // It also wants to change the keyboard's layout, which this screen does not have; what it says then counts.
      await call('ibus', ['engine', 'Unikey'], outside).catch(() => {});
      const { stdout } = await call('ibus', ['engine'], outside).catch((error) => ({
        stdout: error.message,
      }));
      return { is: stdout.trim() === 'Unikey', seen: `${stdout} ${method.said}` };
    });
    const app = await told.open('typing', { env });
    const keys = (...args) => call('xdotool', args, outside);
    const { stdout } = await keys('search', '--sync', '--onlyvisible', '--name', 'Sổ Thôn');
    await keys('windowfocus', '--sync', stdout.trim().split('\n')[0]);
    const types = async (name, letters, wanted) => {
      await app.goInto(name);
      await keys('type', '--delay', '30', letters);
      await holds(name, wanted);
    };
    const holds = (name, wanted) =>
      until(`"${wanted}" stands in ${name}`, async () => {
        const seen = await app.typed(name);
        return { is: seen.normalize('NFC') === wanted, seen };
      });

    // A last word without a blank is still being composed when something else is touched.
    await types('Mật khẩu mở sổ', PASSPHRASE, PASSPHRASE);
    await app.tap('Mở sổ');
    await app.sees('Việc đến hạn');
    await app.tap('Hộ', { inside: 'Các mục' });
    await app.tap('Ghi hộ mới');
    await types('Số hộ', '12', '12');
    await types(NAME, 'Nguyeenx Thij Huwowngf', 'Nguyễn Thị Hường');
    await types(ADDRESS, 'Ngox ba ', 'Ngõ ba ');
    await holds(NAME, 'Nguyễn Thị Hường');
    await types(NOTE, 'Ddi lamf awn xa', 'Đi làm ăn xa');
    // A field in sight: WebKit scrolls back to a word that is still being composed, away from what is touched further down.
    await app.goInto(PHONE);
    await holds(NOTE, 'Đi làm ăn xa');
    await app.tap('Lưu');
    await app.sees('Đã lưu trên máy');
    for (const saved of ['Nguyễn Thị Hường', 'Ngõ ba', 'Đi làm ăn xa']) await app.sees(saved);
    await app.close();
  } finally {
    await end(method);
  }
});
