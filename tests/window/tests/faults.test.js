// What the machine does to the books: each time a sentence says what happened and what to do, and nothing is lost.

import { spawnSync } from 'node:child_process';
import { cp, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { PASSPHRASE, story } from '../rig/story.js';
import { found, unlock } from '../rig/ways.js';

/** The books of the story, from which each test takes its own copy. */
const told = story(async () => {
  const app = await told.open('books');
  await found(app);
  await app.close();
});

const device = (name) => join(told.folder, name, 'so-1');

/** A copy of the books; its base folder is open in nobody's window. */
async function copyOf(name) {
  await cp(join(told.folder, 'books'), join(told.folder, name), { recursive: true });
}

/** Begins a household's form, filled in as far as it must be. */
async function fillIn(app) {
  await app.tap('Hộ', { inside: 'Các mục' });
  await app.tap('Ghi hộ mới');
  await app.tap('Thôn 1');
  await app.type('Số hộ', '7');
  await app.type('Họ và tên chủ hộ', 'Bùi Thị Na');
}

/** Runs what follows in a mount namespace of its own, after a line of shell with the base folder as `$1`. */
const apart = (line) => ['unshare', '-rm', 'sh', '-c', `${line}; shift; exec "$@"`, 'sh'];

/** Not every machine lets its people make mount namespaces. */
const mayMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

test('the same books opened by a second program: a sentence says that they are open elsewhere', async () => {
  const first = await told.open('books');
  await unlock(first);
  // Without the session bus the first window cannot be brought to the front.
  const noBus = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
  const second = await told.open('books', { beside: true, env: noBus });
  await second.sees('Sổ này đang mở ở một cửa sổ khác.');
  await second.isFit('fault-in-use');
  await first.sees('Việc đến hạn');
  await first.close();
  await second.tap('Thử lại');
  await unlock(second);
  await second.close();
});

test('a folder that is gone is said, and found again when it is back', async () => {
  await copyOf('gone');
  const app = await told.open('gone');
  await app.sees('Mật khẩu mở sổ');
  await rename(device('gone'), join(told.folder, 'aside'));
  await app.type('Mật khẩu mở sổ', PASSPHRASE);
  await app.tap('Mở sổ');
  await app.sees('Thư mục đã bị chuyển hoặc ổ đĩa chưa gắn.');
  await app.isFit('fault-gone');
  await rm(device('gone'), { recursive: true, force: true });
  await rename(join(told.folder, 'aside'), device('gone'));
  await app.empty('Mật khẩu mở sổ');
  await unlock(app);
  await app.close();
});

test('a damaged store is said and left as it is', async () => {
  await copyOf('damaged');
  const store = join(device('damaged'), 'store.db');
  const file = await open(store, 'r+');
  // The first page alone says that it is a store; the others become noise.
  await file.write(Buffer.alloc((await stat(store)).size - 4096, 0xa5), 0, undefined, 4096);
  await file.close();
  const before = await readFile(store);
  const app = await told.open('damaged');
  await app.sees('Tệp sổ đã hỏng.');
  await app.isFit('fault-damaged');
  await app.close();
  if (!before.equals(await readFile(store))) throw new Error('the store was changed');
});

test('a folder that cannot be written is said', async (t) => {
  if (!mayMount) return t.skip('no mount namespaces here');
  await copyOf('sealed');
  const app = await told.open('sealed', {
    apart: apart('mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"'),
  });
  await app.sees('Không ghi được vào thư mục của sổ.');
  await app.isFit('fault-read-only');
  await app.close();
});

test('a full disk while saving is said, and what was typed is saved when there is room again', async (t) => {
  if (!mayMount) return t.skip('no mount namespaces here');
  await copyOf('full');
  const fill = 'cp -a "$1" "$1.all" && mount -t tmpfs -o size=24m tmpfs "$1" && cp -a "$1.all/." "$1"';
  const app = await told.open('full', { apart: apart(fill) });
  await unlock(app);
  await fillIn(app);
  const inside = `/proc/${app.driving.pid}/root${join(told.folder, 'full')}/filler`;
  await fillUp(inside);
  await app.tap('Lưu');
  await app.sees('Máy hết chỗ trống nên chưa lưu được.');
  await app.isFit('fault-full');
  await rm(inside);
  await app.tap('Lưu');
  await app.sees('Đã lưu trên máy này');
  await app.close();
});

/** Writes until the disk has no room left. */
async function fillUp(path) {
  const file = await open(path, 'w');
  try {
    for (;;) await file.write(Buffer.alloc(4096));
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}
