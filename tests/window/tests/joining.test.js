import test from 'node:test';
import { story } from '../rig/story.js';
import { join } from '../rig/ways.js';

const told = story();

test('a village head comes in by slip, eight words and a yes, and home opens by itself', async () => {
  const { office, head } = await join(told, { at: (app, page) => app.isFit(page) });
  await head.sees('Thôn 3');
  await head.isFit('today-head-first');
  await office.isFit('people');
  await head.close();
  await office.close();
});
