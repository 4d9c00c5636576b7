// Our programs as processes: what they answer, how long they took, the most memory they needed.

import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = process.env.SOTHON_PROGRAMS;
const ENVIRONMENT = {
  ...process.env,
  SOTHON_PASSPHRASE: 'song dai lua xanh',
  SOTHON_NOW: '2025-06-10T09:00',
};

export const program = (name) => {
  const path = join(FOLDER ?? '', name);
  if (!existsSync(path)) throw new Error(`there is no ${path}: set SOTHON_PROGRAMS`);
  return path;
};

// { answer, ms, memory }: the last line of what it printed, the time from start to end, the peak of its memory.
export async function run(command, commandArguments) {
  const child = spawn(command, commandArguments, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  const began = performance.now();
  let [out, errors, memory] = ['', '', 0];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (errors += text));
  const watching = setInterval(() => (memory = Math.max(memory, peak(child.pid))), 5);
  const code = await new Promise((ended) => child.on('close', ended));
  const ms = performance.now() - began;
  clearInterval(watching);
  if (code !== 0) throw new Error(`${command} ${commandArguments.join(' ')} ended with ${code}: ${errors}`);
  return { answer: out.trimEnd().split('\n').at(-1), ms, memory };
}

// Starts a server that prints a first line when it listens.
export async function serve(command, commandArguments, listens) {
  const child = spawn(command, commandArguments, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  const line = await new Promise((found, failed) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (more) => {
        text += more;
        const line = text.split('\n').slice(0, -1).find(listens);
        if (line !== undefined) found(line);
      });
    }
    child.on('close', () => failed(new Error(`${command} ended: ${text}`)));
  });
  const stop = () => new Promise((ended) => child.on('close', ended) && child.kill('SIGTERM'));
  return { line, memory: () => peak(child.pid), stop };
}

// The most memory that a process has had so far, in bytes; 0 when it is gone.
function peak(pid) {
  try {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB/m);
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

export class Device {
  constructor(folder) {
    this.folder = folder;
  }

  run(...what) {
    return run(program('sothon'), ['--dir', this.folder, '--vault-cost', 'lowest', '--json', ...what]);
  }

  async ask(...what) {
    return JSON.parse((await this.run(...what)).answer);
  }
}

export async function freeUdpPort() {
  const socket = createSocket('udp4');
  await new Promise((bound) => socket.bind(0, '127.0.0.1', bound));
  const { port } = socket.address();
  await new Promise((closed) => socket.close(closed));
  return port;
}
