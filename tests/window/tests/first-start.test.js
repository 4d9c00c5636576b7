import test from 'node:test';
import { story } from '../rig/story.js';

const told = story();

test('the app starts and asks for the language in both languages', async () => {
  const app = await told.open('a');
  await app.sees('Tiếng Việt');
  await app.sees('English');
  await app.isAccessible();
  await app.shot('first-start');
  await app.close();
});
