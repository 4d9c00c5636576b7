// A device of the comparison. One process does one thing, and says how long that took and what memory it needed:
//   node client.mjs fill DATABASE RECORDS FROM TO      puts records into the local database
//   node client.mjs push|pull DATABASE REMOTE BATCH    replicates until nothing is new

import { readFileSync } from 'node:fs';
import PouchDB from 'pouchdb';

const [what, database, ...more] = process.argv.slice(2);
const local = new PouchDB(database);
const began = performance.now();
const done = what === 'fill' ? await fill(...more) : await replicate(what, ...more);
const ms = performance.now() - began;
await local.close();
console.log(JSON.stringify({ ms, memory: process.resourceUsage().maxRSS * 1024, ...done }));

async function fill(file, from, to) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(Number(from), Number(to));
  const results = await local.bulkDocs(lines.map(document));
  return { records: results.filter((result) => result.ok).length };
}

// The same fields under the same names, without the tags of our own form.
function document(line) {
  const [{ create }] = JSON.parse(line).edits;
  const fields = Object.entries(create.record.fields).map(([name, value]) => [name, plain(value)]);
  return { _id: create.key, ...Object.fromEntries(fields) };
}

function plain(value) {
  return value !== null && typeof value === 'object' ? Object.values(value)[0] : value;
}

async function replicate(direction, remote, batch) {
  const options = { batch_size: Number(batch) };
  const result = await local.replicate[direction === 'push' ? 'to' : 'from'](remote, options);
  const { doc_count: records } = await local.info();
  return { ok: result.ok, moved: result.docs_written, records };
}
