// One app in one window, driven as a person would: by what can be read on it.

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Capabilities, Key, WebDriver } from 'selenium-webdriver';
import { Executor, HttpClient } from 'selenium-webdriver/http/index.js';
import {
  findByName,
  hasAxe,
  heard,
  heightOfAll,
  hitWhileScrolling,
  insert,
  intoSight,
  isAtEnd,
  look,
  readableText,
  runAxe,
  scrollDown,
  setTheme,
  settled,
  tooWide,
} from './page.js';
import { programs, root } from './places.js';
import { end, freePort, start, until } from './processes.js';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The sizes of issue 4: a phone and a laptop. */
export const PHONE = { width: 360, height: 740 };
export const LAPTOP = { width: 1366, height: 768 };

/** The looks in which a screen is examined, and the others. */
const EXAMINED = [
  [PHONE, 'light'],
  [LAPTOP, 'dark'],
];
const FOR_PEOPLE = [
  [PHONE, 'dark'],
  [LAPTOP, 'light'],
];

/** Pictures are for people: where nobody looks, a screen is examined and no picture is taken. */
const TAKES_PICTURES = !process.env.CI;

/** The longest page that is taken in one picture. */
const TALLEST = 3900;

/** What the driver says of a thing that the page moved or drew anew between finding it and touching it. */
const MOVED = ['StaleElementReferenceError', 'ElementNotInteractableError', 'ElementClickInterceptedError'];

/** The key that stands for itself in `press`. */
export { Key };

export class App {
  #actions = 0;
  /** What `isFit` found. */
  unfit = [];
  /** Whether neither `close` nor `killHard` was called. */
  isOpen = true;

  /**
   * Starts the app on a base folder, with a driver of its own. `apart` are words put before the driver's call, with the
   * base folder as first argument after them: for a view of the disk that others do not share. `file` is a courier file that
   * somebody opened.
   */
  static async start({ screen, base, web, now, file, env = {}, apart = [] }) {
    const app = new App();
    app.base = base;
    const port = await freePort();
    const driver = ['WebKitWebDriver', `--port=${port}`, '--host=127.0.0.1'];
    const [program, ...args] = apart.length > 0 ? [...apart, base, ...driver] : driver;
    app.driving = start(program, args, {
      env: {
        ...process.env,
        ...screen.env,
        ...env,
        TAURI_WEBVIEW_AUTOMATION: 'true',
        SOTHON_TEST_WEB_VIEW: web,
        ...(now ? { SOTHON_TEST_NOW: now } : {}),
      },
    });
    const url = `http://127.0.0.1:${port}`;
    await until('the driver answers', async () => {
      try {
        const { value } = await (await fetch(`${url}/status`)).json();
        return { is: value.ready, seen: JSON.stringify(value) };
      } catch (error) {
        return { is: false, seen: `${error.message} ${app.driving.said}` };
      }
    });
    app.driver = WebDriver.createSession(
      new Executor(new HttpClient(url)),
      new Capabilities({
        'webkitgtk:browserOptions': { binary: programs.app, args: ['--base', base, ...(file ? [file] : [])] },
      }),
    );
    await app.driver.getSession();
    return app;
  }

  // What a person does.

  /**
   * Touches what has this name: its spoken name or its visible text. Two things of one name are not guessed between:
   * `inside` says in which part of the page.
   */
  async tap(name, { inside } = {}) {
    await this.#reach('touch', name, inside, (element) => element.click());
    this.#actions += 1;
  }

  /** Goes into the field of this name, for keys from elsewhere. */
  async goInto(name, { inside } = {}) {
    const field = await this.#reach('fill', name, inside, (found) => found.click());
    this.#actions += 1;
    return field;
  }

  /** Types into the field of this name. Going there counts as an action, typing does not. */
  async type(name, text, { inside } = {}) {
    const field = await this.goInto(name, { inside });
    await field.sendKeys(text);
  }

  /** Chooses a file, as the system's own dialog would. */
  async choose(name, path) {
    const field = await this.#find('fill', name);
    await field.sendKeys(path);
    this.#actions += 1;
  }

  /** Pastes into the field of this name: one act, however long the text is. */
  async paste(name, text) {
    await this.goInto(name);
    await this.run(insert, text);
  }

  /** Empties the field of this name as a person does: everything marked, then one key. */
  async empty(name, { inside } = {}) {
    const field = await this.goInto(name, { inside });
    await field.sendKeys(Key.chord(Key.CONTROL, 'a'), Key.BACK_SPACE);
  }

  /** Presses keys wherever the focus is. Each counts. */
  async press(...keys) {
    await this.driver
      .actions()
      .sendKeys(...keys)
      .perform();
    this.#actions += keys.length;
  }

  /** Scrolls down until this can be read, as far as the list grows. */
  async toTheEnd(text) {
    await until(`the end is reached, with "${text}"`, async () => {
      await this.run(scrollDown);
      const seen = await this.text();
      return { is: seen.includes(text.normalize('NFC')) && (await this.run(isAtEnd)), seen };
    });
  }

  /** Scrolls down until this can be read, however far down it is. */
  async scrollsTo(text, limit) {
    await until(
      `"${text}" is scrolled to`,
      async () => {
        await this.run(scrollDown);
        const seen = await this.text();
        return { is: seen.includes(text.normalize('NFC')), seen };
      },
      limit,
    );
  }

  /** Scrolls a little; what a press in the middle of the window hits while that is under way. */
  async hitsWhileScrolling() {
    return this.driver.executeAsyncScript(hitWhileScrolling);
  }

  /** Waits until this can be read. */
  async sees(text, limit) {
    const wanted = text.normalize('NFC');
    return until(
      `"${text}" can be read`,
      async () => {
        const seen = await this.text();
        return { is: seen.includes(wanted), seen };
      },
      limit,
    );
  }

  /** Waits until this can be read no more. */
  async seesNot(text, limit) {
    return until(
      `"${text}" is gone`,
      async () => {
        const seen = await this.text();
        return { is: !seen.includes(text.normalize('NFC')), seen };
      },
      limit,
    );
  }

  /** All that can be read now. */
  async text() {
    return this.run(readableText);
  }

  /** What stands in a field. */
  async typed(name, { inside } = {}) {
    return (await this.#find('fill', name, inside)).getProperty('value');
  }

  /** Taps and keys beyond typing since it was last asked. */
  countActions() {
    const actions = this.#actions;
    this.#actions = 0;
    return actions;
  }

  // What a test looks at.

  /** Sets the size of what is inside the window. */
  async resize({ width, height }) {
    await this.driver.manage().window().setRect({ width, height });
    await until(`the window is ${width} x ${height}`, async () => {
      const seen = await this.run(look);
      return { is: seen.width === width && seen.height === height, seen: `${seen.width} x ${seen.height}` };
    });
  }

  /** Shows the page in each of these looks, a size and a theme, and writes a picture to target/window/<size>/<theme>/<name>.png. */
  async shot(name, looks, { folder: apart, each = async () => {} } = {}) {
    const before = await this.run(look);
    for (const [size, theme] of looks) {
      await this.resize(size);
      await this.run(setTheme, theme);
      await this.#settles();
      if (TAKES_PICTURES) {
        const folder = join(root, 'target/window', apart ?? `${size.width}x${size.height}`, theme);
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, `${name}.png`), await this.picture());
      }
      await each(size, theme);
    }
    await this.run(setTheme, before.theme);
    await this.resize(before);
  }

  /** A picture of what stands in the window, as PNG: not before what can be read there is drawn too. */
  async picture() {
    await this.#settles();
    return Buffer.from(await this.driver.takeScreenshot(), 'base64');
  }

  async #settles() {
    await this.driver.executeAsyncScript(settled);
  }

  /** Writes one picture of the whole page, however long it is, as a phone shows it in light. */
  async tall(name) {
    if (!TAKES_PICTURES) return;
    const before = await this.run(look);
    await this.resize(PHONE);
    const height = Math.min(Math.max(await this.run(heightOfAll), PHONE.height), TALLEST);
    await this.shot(name, [[{ width: PHONE.width, height }, 'light']], { folder: 'tall' });
    await this.resize(before);
  }

  /** Fails on what axe finds against WCAG 2.2 AA in the page as it is. */
  async isAccessible() {
    const found = await this.#axe();
    if (found.length > 0) throw new Error(`axe: ${JSON.stringify(found, null, 2)}`);
  }

  /**
   * Looks at a screen as the village head and as the office will see it. What is wrong with it is kept until the end, so
   * that one run tells of all screens: what axe finds on the phone in light and on the laptop in dark, and what is wider
   * than the window there. The other two looks are for people.
   */
  async isFit(name) {
    await this.shot(name, EXAMINED, {
      each: async (size, theme) => {
        const where = `${name}, ${size.width}x${size.height}, ${theme}`;
        const wide = await this.run(tooWide);
        if (wide.length > 0) this.unfit.push(`${where}: wider than the window: ${wide.join(' · ')}`);
        for (const { id, where: nodes } of await this.#axe()) {
          this.unfit.push(`${where}: axe ${id}: ${nodes.join(' | ')}`);
        }
      },
    });
    if (TAKES_PICTURES) await this.shot(name, FOR_PEOPLE);
  }

  async #axe() {
    if (!(await this.run(hasAxe))) await this.driver.executeScript(axeSource);
    return this.driver.executeAsyncScript(runAxe, WCAG);
  }

  /** Fails on what the pages must not do: break the policy, throw, complain on the console. */
  async isQuiet() {
    // A chart that is measured while the window changes is measured again in the next frame; the browser only says so.
    const harmless = /ResizeObserver loop completed/u;
    const all = (await this.run(heard)).filter((each) => !harmless.test(each));
    if (all.length > 0) throw new Error(`the page complained:\n  ${all.join('\n  ')}`);
  }

  /** Runs a function in the page and returns what it gives. */
  async run(inPage, ...args) {
    return this.driver.executeScript(inPage, ...args);
  }

  // How it ends.

  /** Ends the app as a power cut does: SIGKILL. The folder can be opened again by another `App.start`. */
  async killHard() {
    this.isOpen = false;
    const pid = await this.#pid();
    process.kill(pid, 'SIGKILL');
    await until('the app is gone', async () => ({ is: !(await alive(pid)), seen: pid }));
    await end(this.driving);
  }

  /** Closes the window in order, after a last look whether the page complained. */
  async close() {
    this.isOpen = false;
    try {
      await this.isQuiet();
      if (this.unfit.length > 0) throw new Error(`not fit:\n  ${this.unfit.join('\n  ')}`);
    } finally {
      const pid = await this.#pid().catch(() => undefined);
      await this.driver.quit().catch(() => {});
      // Its books are free for others only when the program is gone.
      if (pid) await until('the app is gone', async () => ({ is: !(await alive(pid)), seen: pid }));
      await end(this.driving);
    }
  }

  /**
   * Does something with it once it is there and in sight. A list that is still being drawn puts another in its place in
   * between: a person would aim again, and nothing has happened by the first touch.
   */
  async #reach(kind, name, inside, act) {
    return until(`"${name}" can be reached`, async () => {
      try {
        const element = await this.#find(kind, name, inside);
        await act(element);
        return { is: true, seen: element };
      } catch (reason) {
        if (!MOVED.includes(reason.name)) throw reason;
        return { is: false, seen: reason.name };
      }
    });
  }

  async #find(kind, name, inside) {
    return until(`there is "${name}"`, async () => {
      const { found, all } = await this.run(findByName, kind, name, inside);
      if (found.length > 1) throw new Error(`${found.length} things are called "${name}"`);
      if (found.length === 0) return { is: false, seen: all.join(' · ') };
      await this.run(intoSight, found[0]);
      return { is: true, seen: found[0] };
    });
  }

  /** The app is the driver's child. */
  async #pid() {
    const { pid } = this.driving;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    const [first] = children.split(' ').filter(Boolean).map(Number);
    if (!first) throw new Error('the app is not running');
    return first;
  }
}

/** Whether it runs. One whose first thread has ended may still have others, and files open in them. */
async function alive(pid) {
  try {
    const ended = /^State:\s+Z/mu.test(await readFile(`/proc/${pid}/status`, 'utf8'));
    return !ended || (await readdir(`/proc/${pid}/task`)).length > 1;
  } catch {
    return false;
  }
}
