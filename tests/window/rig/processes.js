// Processes that a test starts. Each is ended when the test ends, however it ends; nothing else is ever ended.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const running = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program. What it says on standard error is kept, and shown if it ends too soon. */
export function start(program, args, { env = process.env, stdio = ['ignore', 'pipe', 'pipe'] } = {}) {
  const child = spawn(program, args, { env, stdio });
  running.add(child);
  child.said = '';
  child.stderr?.on('data', (bytes) => (child.said = (child.said + bytes).slice(-20_000)));
  child.ended = new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${program} cannot be started: ${error.message}`)));
    child.once('exit', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  // Who waits for the end hears of the error; who does not is not ended by it.
  child.ended.catch(() => {});
  return child;
}

/** Asks a process to end, or with SIGKILL ends it, and waits for it. */
export async function end(child, signal = 'SIGTERM') {
  if (running.has(child)) {
    child.kill(signal);
    await child.ended;
  }
}

/** The first line that a process writes to one of its streams. */
export async function firstLine(stream, child) {
  const lines = createInterface({ input: stream });
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => text),
    child.ended.then(({ code }) => {
      throw new Error(`${child.spawnfile} ended with ${code}: ${child.said}`);
    }),
  ]);
  return line;
}

/** A port on loopback that nobody uses at the moment. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks again until something is so; a time limit ends it with the last thing that was seen. */
export async function until(what, ask, limit = 20_000) {
  const last = Date.now() + limit;
  for (;;) {
    const { is, seen } = await ask();
    if (is) return seen;
    if (Date.now() > last) throw new Error(`after ${limit / 1000} s not: ${what}\nlast seen: ${seen}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
