// 20,000 households in one list. Times are printed, not judged: the programs of the tests are not optimised.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { story } from '../rig/story.js';
import { unlock } from '../rig/ways.js';

const COUNT = 20_000;
const VILLAGES = 6;
const PART = 2_000;
const FAMILIES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Ngô'];
const MIDDLES = ['Văn', 'Thị', 'Đức', 'Minh', 'Ngọc'];
const NAMES = [
  'An',
  'Ân',
  'Bình',
  'Cường',
  'Dũng',
  'Đạt',
  'Giang',
  'Hà',
  'Hùng',
  'Khánh',
  'Lan',
  'Mai',
  'Nam',
  'Sơn',
  'Yến',
];

const told = story(async () => {
  await told.cli('many/so-1', 'found', '--role', 'police-chief', '--villages', String(VILLAGES));
  for (let from = 0; from < COUNT; from += PART) {
    const file = join(told.folder, `from-${from}.json`);
    await writeFile(file, JSON.stringify(Array.from({ length: PART }, (_, at) => household(from + at))));
    await told.cli('many/so-1', 'add', '--file', file);
  }
});

function household(at) {
  const pick = (list, by) => list[Math.floor(at / by) % list.length];
  const head = `${pick(FAMILIES, 1)} ${pick(MIDDLES, 10)} ${pick(NAMES, 50)}`;
  const number = String(Math.floor(at / VILLAGES) + 1);
  const fields = { number, head, address: `Ngõ ${(at % 40) + 1}`, occurred: '10/06/2025' };
  return { kind: 'household', place: `village:${(at % VILLAGES) + 1}`, fields };
}

/** Does something and prints how long a person would have waited. */
async function timed(what, act) {
  const from = performance.now();
  await act();
  console.log(`# ${what}: ${((performance.now() - from) / 1000).toFixed(2)} s`);
}

test('20,000 households open, scroll, and are found while one types', async () => {
  const app = await told.open('many');
  await timed('home after the passphrase', () => unlock(app));
  await timed('the list stands there', async () => {
    await app.tap('Hộ', { inside: 'Các mục' });
    await app.sees('20.000 hộ');
  });
  await app.isFit('households-many');
  assert.notEqual(await app.hitsWhileScrolling(), '', 'a press falls through a list that scrolls');
  await timed('scrolled past 1,300 households', () => app.scrollsTo(' Ân', 60_000));
  await timed('found while typing', async () => {
    await app.type('Tìm theo tên, số nhà, điện thoại', 'vu duc khanh');
    await app.sees('Vũ Đức Khánh');
    await app.seesNot('20.000 hộ');
  });
  await app.isFit('households-many-found');
  await app.close();
});
