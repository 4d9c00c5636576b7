// The police's second device: its request is carried by hand, it reads what is guarded only when who reads there says yes,
// and with the right papers it opens a compartment and keeps the register.

import assert from 'node:assert/strict';
import test from 'node:test';
import { eightWords, textToCopy } from '../rig/page.js';
import { PASSPHRASE, story } from '../rig/story.js';
import { fromTheSheet, toTheSheet, unlock } from '../rig/ways.js';

const OFFICER = 'Đỗ Quang Minh';
const CARE = 'Ngăn quản lý, giúp đỡ';

let office;
let second;
let relay;
let sheet;
/** The key on paper of the tips. */
let paper;

const told = story(async () => {
  relay = await told.relay();
  const founding = await told.open('office');
  sheet = await toTheSheet(founding, { relay: relay.address });
  await fromTheSheet(founding, sheet);
  await founding.close();
  const { slip } = await told.cli('office/so-1', 'root-slip');
  await relay.add(slip);
  for (const compartment of ['care', 'tips']) {
    const which = ['--compartment', compartment, '--year', '2025'];
    paper = await told.cli('office/so-1', 'reading-key', 'make', ...which);
    await told.cli('office/so-1', 'reading-key', 'enter', paper.slip);
    await told.cli('office/so-1', 'open-books', ...which);
  }
  office = await told.open('office');
  await unlock(office);
});

/** A new device asks with a slip: what it hands over, and its eight words. */
async function ask(app, invitation) {
  await app.tap('Tiếng Việt');
  await app.tap('Tôi được xã mời');
  await app.paste('Chữ trên phiếu mời', invitation);
  await app.tap('Tiếp');
  await app.type('Mật khẩu mở sổ', PASSPHRASE);
  await app.tap('Xin vào sổ của xã');
  await app.sees('Tám từ của máy này');
  return { words: await app.run(eightWords), request: await app.run(textToCopy, 'Lời xin vào sổ') };
}

/** Hands what a device asks to the registrar's. */
async function carry({ request, words }) {
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.tap('Nhận lời xin chuyển tay');
  await office.paste('Lời xin vào sổ', request);
  await office.tap('Tiếp');
  await office.sees('đọc lần lượt tám từ');
  assert.deepEqual(await office.run(eightWords), words, 'both show the same eight words');
}

test('a request that was carried by hand is refused, and the right one is taken', async () => {
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.tap('Mời người mới');
  await office.type('Họ và tên', OFFICER);
  await office.type('Vai trò', 'cong an xa');
  await office.tap('Công an xã');
  await office.tap('Máy tính');
  await office.tap('Làm phiếu mời');
  await office.sees('Đưa phiếu tận tay');
  const invitation = await office.run(textToCopy, 'Chữ trên phiếu mời');

  // The relay does not run yet: what is asked goes by hand. Somebody else comes with the slip first.
  const stranger = await told.open('stranger');
  const asked = await ask(stranger, invitation);
  await carry(asked);
  await office.isFit('take-request');
  await office.tap('Không đúng, từ chối');
  await office.sees(`Đã từ chối máy của ${OFFICER}`);
  await stranger.close();
  await office.tap('Nhận lời xin chuyển tay');
  await office.paste('Lời xin vào sổ', asked.request);
  await office.tap('Tiếp');
  await office.sees('Máy này đã bị từ chối. Làm phiếu mời mới nếu muốn nhận.');
  await office.isFit('take-request-refused');

  second = await told.open('second');
  await carry(await ask(second, invitation));
  await office.tap('Đúng cả tám từ, nhận máy này');
  await office.sees(`Đã nhận máy của ${OFFICER}`);
  await relay.start();
  await second.sees('Việc đến hạn', 60_000);
});

test('what is guarded is read only when who reads there has said yes', async () => {
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.sees(`Máy mới muốn đọc: ${CARE}`);
  await office.isFit('reader-asks');
  await office.tap('Chưa đồng ý', { inside: `Máy mới muốn đọc: ${CARE}` });
  await office.seesNot(`Máy mới muốn đọc: ${CARE}`);
  // Not now is not no: it is asked again.
  await office.tap('Hôm nay', { inside: 'Các mục' });
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.tap('Đồng ý cho đọc', { inside: `Máy mới muốn đọc: ${CARE}` });
  await office.sees(`Đã cho đọc: ${CARE}`);
  await office.tap('Hôm nay', { inside: 'Các mục' });
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.sees('Máy mới muốn đọc: Ngăn tin báo');
  await office.seesNot(`Máy mới muốn đọc: ${CARE}`);
});

test('the key on paper opens its compartment', async () => {
  await second.tap('Người và máy', { inside: 'Các mục' });
  await second.tap('Mở ngăn bằng chìa đọc trên giấy');
  await second.tap('Ngăn tin báo, 2025');
  await second.type('Dòng chữ trên tờ chìa đọc', paper.secret);
  await second.tap('Mở ngăn trên máy này');
  await second.sees('Sổ vừa mở được');
  await second.sees('Tin báo, 2025');
  await second.isFit('read-by-paper-opened');
});

test('the recovery sheet makes the second device the registrar’s', async () => {
  await second.tap('Người và máy', { inside: 'Các mục' });
  await second.seesNot('Mời người mới');
  await second.tap('Dùng phiếu khôi phục');
  await second.type('Dòng chữ trên phiếu khôi phục', sheet.join('-'));
  await second.isFit('recover-by-sheet');
  await second.tap('Máy này giữ danh bạ từ nay');
  await second.sees('Máy này giữ danh bạ. Cất lại phiếu');
  await second.sees('Mời người mới');
  // It reads the tips by the key on paper alone, so it is not asked whether it may.
  await second.seesNot('Máy mới muốn đọc');
  await second.isFit('recovered');
  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.seesNot('Mời người mới');
  await office.close();
  await second.close();
});
