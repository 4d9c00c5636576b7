// The disk of the registrar's machine was copied, and both machines ordered something. Everybody is told that the register has
// two branches; the sheet chooses one; what was ordered on the other is listed with what is left to be said again.

import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { story } from '../rig/story.js';
import { unlock } from '../rig/ways.js';

const OFFICE = 'office/so-1';
const COPY = 'copy/so-1';
const FORKED = 'Danh bạ của xã có hai nhánh';

let founded;

const told = story(async () => {
  const relay = await told.relay();
  for (const folder of ['office', 'head', 'other', 'new']) await mkdir(join(told.folder, folder));
  founded = await told.cli(
    ...[
      OFFICE,
      'found',
      '--role',
      'police-chief',
      '--villages',
      '2',
      '--year',
      '2025',
      '--relay',
      relay.address,
    ],
  );
  await relay.add(founded.slip);
  await cp(join(told.folder, 'office'), join(told.folder, 'copy'), { recursive: true });
  await admit(OFFICE, 'new', '--role', 'police');
  await admit(COPY, 'head', '--role', 'village-head', '--village', '1');
  // Of whom it admits and ends again nothing is left to be said.
  const other = await admit(COPY, 'other', '--role', 'leader');
  await told.cli(COPY, 'cut', other);
  await relay.start();
  await told.cli(COPY, 'sync');
});

async function admit(registrar, folder, ...role) {
  const { request } = await told.cli(`${folder}/so-1`, 'join', founded.slip);
  const { device } = await told.cli(registrar, 'admit', request, ...role);
  return device;
}

test('two branches are said everywhere, the sheet chooses, and what is lost is listed', async () => {
  const { register } = await told.cli(OFFICE, 'status');
  const office = await told.open('office');
  await unlock(office, { sees: FORKED });
  await office.isFit('today-forked');
  await office.tap('Gửi nhận', { inside: 'Các mục' });
  await office.sees(FORKED);
  await office.isFit('exchange-forked');

  await office.tap('Người và máy', { inside: 'Các mục' });
  await office.tap('Dùng phiếu khôi phục');
  await office.type('Dòng chữ trên phiếu khôi phục', founded.recovery);
  await office.tap(`Nhánh ${register.head.slice(0, 8)}, đến mốc ${register.height}`);
  await office.isFit('recover-branches');
  await office.tap('Máy này giữ danh bạ từ nay');
  await office.sees('Máy này giữ danh bạ. Cất lại phiếu');
  await office.sees('Còn 1 việc phải làm lại');
  await office.tap('Việc ở nhánh danh bạ không được chọn');
  await office.sees('Duyệt máy');
  await office.sees('Còn phải làm lại');
  await office.sees('Không cần làm lại');
  await office.isFit('unchosen');
  await office.tap('Hôm nay', { inside: 'Các mục' });
  await office.seesNot(FORKED);
  await office.close();
});
