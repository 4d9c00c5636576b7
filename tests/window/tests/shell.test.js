import assert from 'node:assert/strict';
import test from 'node:test';
import { tryToGetOut } from '../rig/page.js';
import { programs } from '../rig/places.js';
import { start } from '../rig/processes.js';
import { story } from '../rig/story.js';

const told = story();

test('the pages cannot call what is no command, load from outside, run what was not built in, or go elsewhere', async () => {
  const app = await told.open('a');
  const { tried, inline, opened, stayed } = await app.driver.executeAsyncScript(tryToGetOut);
  assert.deepEqual(
    tried,
    tried.map(() => 'refused'),
  );
  assert.equal(inline, false);
  assert.equal(opened, false);
  assert.equal(stayed, true);
  await assert.rejects(app.isQuiet(), /policy refused/u, 'the rig hears what the policy refuses');
  await app.close();
});

test('a second start on the same folder ends and leaves the first alone', async () => {
  const app = await told.open('b');
  const again = start(programs.app, ['--base', app.base], { env: { ...process.env, ...told.screen.env } });
  const { code } = await again.ended;
  assert.equal(code, 0, again.said);
  await app.sees('Tiếng Việt');
  await app.close();
});

test('two folders are two apps beside each other', async () => {
  const one = await told.open('c');
  const two = await told.open('d');
  await one.sees('Tiếng Việt');
  await two.sees('Tiếng Việt');
  await one.close();
  await two.close();
});

test('an app that was killed starts again', async () => {
  const app = await told.open('e');
  await app.killHard();
  const again = await told.open('e');
  await again.sees('Tiếng Việt');
  await again.close();
});
