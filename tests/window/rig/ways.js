// Ways through the app that several stories begin with, each as a person goes it.

import assert from 'node:assert/strict';
import { NOW, PASSPHRASE } from './story.js';
import { eightWords, recoveryGroups, textToCopy } from './page.js';

export { NOW };

/** The commune of the stories. */
export const COMMUNE = 'Xã Quang Trung';
/** Who keeps its register. */
export const REGISTRAR = 'Hoàng Thị Yến';

/** Types a day, as `['05', '06', '2025']`, into the field of this name, whatever stands there. */
export async function day(app, field, parts) {
  for (const [at, name] of ['Ngày', 'Tháng', 'Năm'].entries()) {
    await app.empty(name, { inside: field });
    await app.type(name, parts[at], { inside: field });
  }
}

/** From the first start to home: a commune of six villages is founded. `at` is called on each page, by name. */
export async function found(app, { at = async () => {}, ...more } = {}) {
  const groups = await toTheSheet(app, { at, ...more });
  await fromTheSheet(app, groups, { at });
}

/** From the first start to the recovery sheet; gives its groups. */
export async function toTheSheet(app, { relay = '', role = 'Trưởng Công an xã', at = async () => {} } = {}) {
  await app.tap('Tiếng Việt');
  await app.sees('Mời chọn cách bắt đầu');
  await at('start-choose');
  await app.tap('Lập sổ cho một xã');
  await app.sees('Lập sổ cho xã nào?');
  await at('found-commune');
  await app.type('Tên xã', COMMUNE);
  await app.tap('Tiếp');
  await app.sees('Xã có những thôn nào?');
  await at('found-villages');
  await app.tap('Tiếp');
  await app.sees('Ai giữ danh bạ người và máy?');
  await app.type('Họ và tên', REGISTRAR);
  await app.tap(role);
  await at('found-person');
  await app.tap('Tiếp');
  await app.sees('Xã đã có trạm chuyển chưa?');
  if (relay) await app.type('Dòng chữ trạm chuyển đã in ra (không bắt buộc)', relay);
  await at('found-relay');
  await app.tap('Tiếp');
  await app.sees('Đặt mật khẩu mở sổ');
  await app.type('Mật khẩu mở sổ', PASSPHRASE);
  await at('found-passphrase');
  await app.tap('Lập sổ');
  await app.sees('Phiếu khôi phục');
  const groups = await app.run(recoveryGroups);
  assert.ok(groups.length > 4, await app.text());
  await at('found-sheet');
  return groups;
}

/** From the recovery sheet to home. */
export async function fromTheSheet(app, groups, { at = async () => {} } = {}) {
  await app.tap('Đã cất phiếu, gõ lại hai nhóm chữ');
  await app.sees('Gõ lại hai nhóm chữ');
  await typeBack(app, groups);
  await at('found-sheet-typed');
  await app.tap('Xong, vào sổ');
  await app.sees('Việc đến hạn');
}

/** Types the groups that are asked for, as they stand on the paper. */
async function typeBack(app, groups) {
  const asked = [...(await app.text()).matchAll(/^Nhóm số (\d+)$/gmu)].map(([, number]) => Number(number));
  assert.equal(asked.length, 2);
  for (const number of asked) await app.type(`Nhóm số ${number}`, groups[number - 1]);
}

/** Opens the book at its door. */
export async function unlock(app, { sees = 'Việc đến hạn' } = {}) {
  await app.type('Mật khẩu mở sổ', PASSPHRASE);
  await app.tap('Mở sổ');
  await app.sees(sees);
}

/** The village head of the stories. */
export const HEAD = 'Lê Văn Hùng';

/** The registrar makes the slip for that head, and has it on the screen. */
export async function invite(office, { at = async () => {} } = {}) {
  await office.tap('Người và máy');
  await office.tap('Mời người mới');
  await office.type('Họ và tên', HEAD);
  await office.type('Vai trò', 'truong thon');
  await office.tap('Trưởng thôn');
  await office.tap('Thôn 3');
  await office.tap('Máy tính');
  await at(office, 'invite');
  await office.tap('Làm phiếu mời');
  await office.sees('Đưa phiếu tận tay');
  await at(office, 'invitation');
}

/**
 * Two apps and a relay between them: the commune's, and that of the head of Thôn 3, who was invited, has heard the eight
 * words and was admitted. Both are at home.
 */
export async function join(told, { at = async () => {} } = {}) {
  const relay = await told.relay();
  const founding = await told.open('office');
  await found(founding, { relay: relay.address });
  await founding.close();
  // The relay's keeper gets the commune's slip from its registrar.
  const { slip } = await told.cli('office/so-1', 'root-slip');
  await relay.add(slip);
  await relay.start();

  const office = await told.open('office');
  await unlock(office);
  await invite(office, { at });
  const invitation = await office.run(textToCopy, 'Chữ trên phiếu mời');
  assert.ok(invitation, await office.text());

  const head = await told.open('head');
  await head.tap('Tiếng Việt');
  await head.tap('Tôi được xã mời');
  await head.sees('Đọc phiếu mời');
  await at(head, 'join-slip');
  await head.paste('Chữ trên phiếu mời', invitation);
  await head.tap('Tiếp');
  await head.sees('Trưởng thôn, Thôn 3');
  await head.type('Mật khẩu mở sổ', PASSPHRASE);
  await at(head, 'join-passphrase');
  await head.tap('Xin vào sổ của xã');
  await head.sees('Tám từ của máy này');
  const words = await head.run(eightWords);
  assert.equal(words.length, 8);
  await at(head, 'join-waiting');

  await office.tap('Người và máy');
  await office.sees(`${HEAD}, Trưởng thôn, Thôn 3`);
  assert.deepEqual(await office.run(eightWords), words, 'both show the same eight words');
  await at(office, 'people-asking');
  await office.tap('Đúng cả tám từ, nhận máy này');
  await office.sees(`Đã nhận máy của ${HEAD}`);
  // Nobody touches the new device: its home opens by itself.
  await head.sees('Việc đến hạn');
  return { office, head, relay };
}
