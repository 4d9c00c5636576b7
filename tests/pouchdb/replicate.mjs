// Replicates the same records with PouchDB and with Sổ Thôn, one after the other on this machine, and prints what each
// took: bytes at a forwarder on loopback, time, memory. Started by `cargo xtask bench pouchdb`.
//   SOTHON_PROGRAMS=target/release node replicate.mjs [RECORDS]
// Our time is that of a whole process, which opens its book first and closes it in the end; of PouchDB's, only what the
// replication takes once node, its packages and the database are there is held against it.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { overTcp, overUdp } from './forward.mjs';
import { Device, freeUdpPort, program, run, serve } from './programs.mjs';

const RECORDS = Number(process.argv[2] ?? 20_000);
const NEW = 10;
// So many records are published together, as a village that exchanges once in a while does.
const ENTRY = 200;
// What replication takes at a time if nothing is said, and what is better for it here.
const BATCHES = [100, 1000];

const folder = mkdtempSync(join(tmpdir(), 'sothon-pouchdb-'));
try {
  await run(program('sothon-generate'), ['--out', folder, '--alike', String(RECORDS + NEW)]);
  const file = join(folder, 'alike.jsonl');
  const ours = await withSothon(join(folder, 'sothon'), file);
  console.log(`\nSổ Thôn, ${RECORDS} records, ${ENTRY} in an entry`);
  print(ours);
  for (const batch of BATCHES) {
    const theirs = await withPouch(join(folder, `pouchdb-${batch}`), file, batch);
    console.log(
      `\nPouchDB, ${RECORDS} records, batch_size ${batch}; Sổ Thôn is so many times smaller or faster`,
    );
    print(theirs, ours);
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function withSothon(under, file) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const device = (name) => new Device(join(under, name));
  const [office, head, fresh, relay] = [
    device('office'),
    device('head'),
    device('new'),
    join(under, 'relay'),
  ];
  const { answer: key } = await run(program('sothon-relay'), ['init', '--data', relay]);
  const port = await freeUdpPort();
  const link = await overUdp(port);
  const place = `${key}@127.0.0.1:${link.port}`;
  const { slip } = await office.ask('found', '--villages', '1', '--year', '2025', '--relay', place);
  await run(program('sothon-relay'), ['add', '--data', relay, slip]);
  const listens = ['serve', '--data', relay, '--listen', `127.0.0.1:${port}`];
  const serving = await serve(program('sothon-relay'), listens, (line) => line.includes('"listening"'));
  const joins = async (newcomer, role) => {
    const { request } = await newcomer.ask('join', slip);
    await office.ask('admit', request, '--role', role, '--village', '1');
    await office.ask('sync');
  };
  const exchanged = async (who) => {
    link.taken();
    const { answer, ms, memory } = await who.run('sync');
    const [there, back] = link.taken();
    const said = JSON.parse(answer);
    if (!said.up_to_date) throw new Error(`not up to date: ${answer}`);
    const session = said.session_bytes_sent + said.session_bytes_received;
    return { there, back, ms, memory, server: serving.memory(), session };
  };
  const measured = async (who, total) => {
    const figures = await exchanged(who);
    const held = (await who.ask('list', 'household')).total;
    if (held !== total) throw new Error(`${held} records of ${total}`);
    return figures;
  };
  const write = async (from, to) => {
    const part = join(under, 'part.jsonl');
    writeFileSync(part, lines.slice(from, to).join('\n'));
    await head.ask('replay', '--file', part);
    await head.ask('publish');
  };
  await joins(head, 'village-head');
  for (const who of [head, office, head]) await who.ask('sync');
  for (let at = 0; at < RECORDS; at += ENTRY) await write(at, Math.min(at + ENTRY, RECORDS));
  const push = await measured(head, RECORDS);
  const save = join(under, 'save.automerge');
  const [{ book }] = (await head.ask('list', 'household')).records;
  await head.ask('export', 'automerge', '--book', book.id, '--out', save, '--reason', 'benchmark');
  console.log(`A full save of the book by Automerge: ${statSync(save).size} B`);
  await office.ask('sync');
  await joins(fresh, 'deputy-village-head');
  // The newcomer gets all there is and shows its key; somebody who reads the book wraps the book's secret for that key;
  // the newcomer gets the wrap, and only now can it open anything. Both its exchanges count.
  const fetched = await exchanged(fresh);
  await head.ask('sync');
  const first = sum(fetched, await measured(fresh, RECORDS));
  await measured(head, RECORDS);
  await write(RECORDS, RECORDS + NEW);
  const ten = await measured(head, RECORDS + NEW);
  const tenThere = await measured(fresh, RECORDS + NEW);
  await serving.stop();
  link.close();
  return { push, first, ten, tenThere };
}

async function withPouch(under, file, batch) {
  const client = async (...what) => {
    const ran = await run(process.execPath, [join(import.meta.dirname, 'client.mjs'), ...what.map(String)]);
    return { ...JSON.parse(ran.answer), whole: ran.ms };
  };
  await run('mkdir', ['-p', under]);
  const server = [join(import.meta.dirname, 'server.mjs'), join(under, 'server')];
  await run('mkdir', ['-p', server[1]]);
  const serving = await serve(process.execPath, server, (line) => /^\d+$/.test(line));
  const link = await overTcp(Number(serving.line));
  const remote = `http://127.0.0.1:${link.port}/village`;
  const [head, fresh] = [join(under, 'head'), join(under, 'new')];
  const measured = async (direction, database, total) => {
    link.taken();
    const { ms, whole, memory, ok, records } = await client(direction, database, remote, batch);
    const [there, back] = link.taken();
    if (!ok || records !== total) throw new Error(`${records} records of ${total}`);
    return { there, back, ms, whole, memory, server: serving.memory() };
  };
  await client('fill', head, file, 0, RECORDS);
  const push = await measured('push', head, RECORDS);
  const first = await measured('pull', fresh, RECORDS);
  await client('fill', head, file, RECORDS, RECORDS + NEW);
  const ten = await measured('push', head, RECORDS + NEW);
  const tenThere = await measured('pull', fresh, RECORDS + NEW);
  await serving.stop();
  link.close();
  return { push, first, ten, tenThere };
}

// Two exchanges of one device, one after the other.
function sum(one, other) {
  const most = (what) => Math.max(one[what], other[what]);
  const both = (what) => one[what] + other[what];
  return {
    there: both('there'),
    back: both('back'),
    ms: both('ms'),
    session: both('session'),
    memory: most('memory'),
    server: most('server'),
  };
}

function print(figures, beside) {
  const names = {
    push: 'all records from the village to an empty server',
    first: 'first sync of a new device',
    ten: `${NEW} new records, sent`,
    tenThere: `${NEW} new records, received by the other device`,
  };
  for (const [name, said] of Object.entries(names)) {
    const { there, back, ms, whole, memory, server, session } = figures[name];
    const bytes = there + back;
    const parts = [`${bytes} B (${there} + ${back})`, `${seconds(ms)} s`];
    if (whole !== undefined) parts.push(`${seconds(whole)} s the whole process`);
    parts.push(`${mebibytes(memory)} MiB, server ${mebibytes(server)} MiB`);
    if (session !== undefined) parts.push(`${session} B of it are the session`);
    if (beside !== undefined) {
      const other = beside[name];
      const ratio = (mine, its) => (mine / its).toFixed(1);
      parts.push(
        `bytes ${ratio(bytes, other.there + other.back)} x, time ${ratio(ms, other.ms)} x, memory ${ratio(memory, other.memory)} x`,
      );
    }
    console.log(`  ${said}\n      ${parts.join(' · ')}`);
  }
}

function seconds(ms) {
  return (ms / 1000).toFixed(2);
}

function mebibytes(bytes) {
  return Math.round(bytes / 2 ** 20);
}
