// A book that was started from one piece is shown at once. When a cut falls among what the piece covers, the page says that the
// book is being checked, until what it covers has come too.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { story } from '../rig/story.js';
import { openValve } from '../rig/valve.js';
import { unlock } from '../rig/ways.js';

const HEAD = 'head/so-1';
const DEPUTY = 'deputy/so-1';
const POLICE = 'police/so-1';
const OFFICE = 'office/so-1';
const ENTRIES = 4;
/** The handshake and the cut pass, and not what the village head wrote, more than twice that. */
const ENOUGH_FOR_THE_CUT = 60_000;
const CHECKED = 'Đang kiểm tra: Sổ thôn, Thôn 1';

let valve;
let founded;

const told = story(async () => {
  const relay = await told.relay();
  const [key, place] = relay.address.split('@');
  valve = await openValve(Number(place.split(':').at(-1)));
  for (const folder of ['office', 'head', 'deputy', 'police']) await mkdir(join(told.folder, folder));
  founded = await told.cli(
    ...[OFFICE, 'found', '--villages', '2', '--year', '2025', '--relay', `${key}@127.0.0.1:${valve.port}`],
  );
  await relay.add(founded.slip);
  await relay.start();
  await admit(HEAD, '--role', 'village-head', '--village', '1');
  await admit(POLICE, '--role', 'police');
  await admit(DEPUTY, '--role', 'deputy-village-head', '--village', '1');
  await sync(OFFICE, HEAD, POLICE, OFFICE, HEAD, POLICE);
  for (let entry = 0; entry < ENTRIES; entry += 1) await writes(entry);
});

test.after(() => valve.close());

async function admit(device, ...role) {
  const { request } = await told.cli(device, 'join', founded.slip);
  await told.cli(OFFICE, 'admit', request, ...role);
}

async function sync(...devices) {
  for (const device of devices) {
    const { up_to_date } = await told.cli(device, 'sync');
    assert.ok(up_to_date, device);
  }
}

/** The village head records ten households, with notes that cannot be packed, and sends them. */
async function writes(entry) {
  const items = Array.from({ length: 10 }, (_, each) => ({
    kind: 'household',
    fields: {
      number: `${entry * 10 + each}`,
      head: 'Nguyễn Văn An',
      address: 'Ngõ 5',
      note: randomBytes(4_000).toString('base64'),
    },
  }));
  const file = join(told.folder, 'items.json');
  await writeFile(file, JSON.stringify(items));
  await told.cli(HEAD, 'add', '--file', file);
  await sync(HEAD);
}

/** The village's book, as a device sees it. */
async function book(device) {
  const { books } = await told.cli(device, 'books');
  const [full] = books.filter(({ records }) => records === ENTRIES * 10);
  assert.ok(full, JSON.stringify(books));
  return full;
}

test('a book that may read differently says so until all that it builds on has come', async () => {
  const { id } = await book(HEAD);
  // The office knows nothing of it when it cuts.
  await sync(POLICE);
  await told.cli(POLICE, 'checkpoint', id);
  await sync(POLICE);
  await sync(DEPUTY, HEAD, DEPUTY);
  await book(DEPUTY);

  const { devices } = await told.cli(OFFICE, 'devices');
  const head = devices.find(({ role }) => role === 'village-head');
  await told.cli(OFFICE, 'cut', head.device, '--book', id);
  await sync(OFFICE);
  valve.lets(ENOUGH_FOR_THE_CUT);
  const deputy = await told.open('deputy');
  await unlock(deputy);
  await deputy.tap('Gửi nhận', { inside: 'Các mục' });
  await deputy.sees(CHECKED, 60_000);
  await deputy.isFit('exchange-checking');
  // It is shown and written on meanwhile, also after a start.
  await deputy.tap('Hộ', { inside: 'Các mục' });
  await deputy.sees('Nguyễn Văn An');
  await deputy.close();
  const again = await told.open('deputy');
  await unlock(again);
  await again.tap('Gửi nhận', { inside: 'Các mục' });
  await again.sees(CHECKED);

  valve.lets(Infinity);
  await again.tap('Gửi ngay');
  await again.seesNot(CHECKED, 60_000);
  await again.isFit('exchange-checked');
  await again.close();
});
