// What one test file needs: a screen, folders, apps, a relay and command lines; all gone when the file ends.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { promisify } from 'node:util';
import { App } from './app.js';
import { programs } from './places.js';
import { end, freePort, start, until } from './processes.js';
import { openScreen } from './screen.js';

const call = promisify(execFile);

/** The passphrase of every device in the tests. */
export const PASSPHRASE = 'song dai lua xanh';

/** The day of the tests. */
export const NOW = '2025-06-10T08:00';

/**
 * A story for one test file; call it at the file's top. `setup` prepares what all its tests go on from. Apps that are
 * still open at its end are closed, with the last look of `close`.
 */
export function story(setup = async () => {}) {
  const told = new Story();
  before(async () => {
    await told.begin();
    await setup();
  });
  after(() => told.end());
  return told;
}

class Story {
  #apps = [];
  #relays = [];

  async begin() {
    this.folder = await mkdtemp(join(tmpdir(), 'sothon-window-'));
    this.screen = await openScreen();
  }

  /**
   * Opens an app on the base folder of this name; the same name again opens the same folder. `beside` the one that is open
   * there already, if that is meant.
   */
  async open(name, { beside = false, ...options } = {}) {
    const base = join(this.folder, name);
    // A second program on one folder mostly ends at once, and its driver would wait for it for ever.
    if (!beside && this.#apps.some((app) => app.isOpen && app.base === base)) {
      throw new Error(`${name} is open still: a test before this one failed`);
    }
    const app = await App.start({
      screen: this.screen,
      base,
      web: join(this.folder, `${name}.web`),
      now: NOW,
      ...options,
    });
    this.#apps.push(app);
    return app;
  }

  /** The command line on a device folder: what it answered, as JSON. */
  async cli(device, ...args) {
    const { stdout } = await call(
      programs.cli,
      ['--dir', join(this.folder, device), '--now', NOW, '--vault-cost', 'lowest', '--json', ...args],
      { env: { ...process.env, SOTHON_PASSPHRASE: PASSPHRASE } },
    );
    return JSON.parse(stdout.trim().split('\n').at(-1) || 'null');
  }

  /** A machine that is there twice, memory and all, gives a record another address, as if it were the only one. */
  async twin(device, record, address) {
    await call(programs.twin, [join(this.folder, device), record, address], {
      env: { ...process.env, SOTHON_PASSPHRASE: PASSPHRASE },
    });
  }

  /** A relay on loopback that serves nobody yet: its slip for people, `KEY@HOST:PORT`, and how to let it serve. */
  async relay(name = 'relay') {
    const data = join(this.folder, name);
    const { stdout } = await call(programs.relay, ['init', '--data', data]);
    const listen = `127.0.0.1:${await freePort()}`;
    const http = `127.0.0.1:${await freePort()}`;
    const relay = {
      address: `${stdout.trim()}@${listen}`,
      add: (slip) => call(programs.relay, ['add', '--data', data, slip]),
      start: async () => {
        relay.running = start(programs.relay, [
          ...['serve', '--data', data, '--listen', listen, '--http', http],
          ...['--connections-per-address', '0'],
        ]);
        await until('the relay answers', async () => {
          const answer = await fetch(`http://${http}/health`).catch((error) => ({
            ok: false,
            status: error.message,
          }));
          return { is: answer.ok, seen: `${answer.status} ${relay.running.said}` };
        });
      },
      stop: () => end(relay.running),
    };
    this.#relays.push(relay);
    return relay;
  }

  /** Waits until the system was asked to show a notice that says this. */
  async noticed(text) {
    await until(`a notice says "${text}"`, () => {
      const seen = this.screen.notices();
      return { is: seen.some((notice) => notice.includes(text)), seen: seen.join(' · ') };
    });
  }

  async end() {
    const faults = [];
    for (const app of this.#apps) {
      if (app.isOpen) await app.close().catch((fault) => faults.push(fault));
      await end(app.driving);
    }
    for (const relay of this.#relays) if (relay.running) await end(relay.running);
    await this.screen.close();
    await rm(this.folder, { recursive: true, force: true });
    if (faults.length > 0) throw new AggregateError(faults, faults.map((fault) => fault.message).join('\n'));
  }
}
