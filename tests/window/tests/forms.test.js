// Every form that a chief of police or a village head may write is opened once from the books page and looked at whole.

import assert from 'node:assert/strict';
import test from 'node:test';
import { buttonsFrom, rowNames } from '../rig/page.js';
import { PHONE } from '../rig/app.js';
import { story } from '../rig/story.js';
import { join } from '../rig/ways.js';

const told = story();

/** Opens the form of each kind on the books page; gives how many there were. */
async function formsOf(app, who) {
  let number = 0;
  await app.resize(PHONE);
  await app.tap('Sổ', { inside: 'Các mục' });
  await app.sees('Hộ và cam kết');
  for (const [chapter, name] of await app.run(rowNames)) {
    await app.tap(name, { inside: chapter });
    await app.sees('Quay lại');
    const [write] = await app.run(buttonsFrom, 'Ghi ');
    if (write) {
      await app.tap(write);
      await app.sees('Lưu và ghi tiếp');
      number += 1;
      await app.tall(`form-${who}-${String(number).padStart(2, '0')}`);
      await app.tap('Quay lại');
      await app.seesNot('Lưu và ghi tiếp');
    }
    await app.tap('Quay lại');
    await app.sees('Hộ và cam kết');
  }
  return number;
}

test('the chief of police has a form for every record that the role may write', async () => {
  const app = await told.open('practice');
  await app.tap('Tiếng Việt');
  await app.tap('Xem thử với số liệu mẫu');
  await app.sees('Việc đến hạn', 60_000);
  const forms = await formsOf(app, 'chief');
  assert.ok(forms > 20, `${forms} forms`);
  await app.close();
});

test('a village head has a form for every record that the role may write', async () => {
  const { office, head } = await join(told);
  await office.close();
  const forms = await formsOf(head, 'head');
  assert.ok(forms > 10, `${forms} forms`);
  await head.close();
});
