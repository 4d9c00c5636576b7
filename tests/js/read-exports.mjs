// Reads each <name>.automerge of a folder with Automerge for JavaScript and compares what it finds with <name>.json.
//
// In the JSON, "document" is what is at the root, and "conflicts" lists the fields of records with more than one value.
// A Text and a string are both strings, bytes are hexadecimal, a field that was emptied is not there.
// usage: node read-exports.mjs FOLDER
import * as Automerge from "@automerge/automerge"
import assert from "node:assert/strict"
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"

const folder = process.argv[2]
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".automerge"))
  .map((file) => file.slice(0, -".automerge".length))
assert.notEqual(names.length, 0, `no .automerge file in ${folder}`)

for (const name of names) {
  const document = Automerge.load(new Uint8Array(readFileSync(join(folder, `${name}.automerge`))))
  const expected = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"))
  const found = { document: plain(document), conflicts: conflicts(document) }
  const records = Object.keys(found.document).length
  assert.notEqual(records, 0, `${name} is empty`)
  assert.deepEqual(found, expected, `${name}: Automerge for JavaScript finds something else`)
  console.log(`${name}: ${records} records, ${found.conflicts.length} conflicts, equal`)
}
console.log(`${names.length} exports read and equal`)

function conflicts(document) {
  return Object.entries(document).flatMap(([record, fields]) =>
    Object.keys(fields).flatMap((field) => {
      const values = Object.values(Automerge.getConflicts(fields, field) ?? {}).map(plain)
      values.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      return values.length > 1 ? [{ record, field, values }] : []
    }),
  )
}

function plain(value) {
  // A short text is a scalar, which JavaScript's Automerge wraps; a long one is an Automerge text, a plain string there.
  if (Automerge.isImmutableString(value)) return value.val
  if (typeof value === "bigint") {
    assert.ok(Number.isSafeInteger(Number(value)), `${value} is not a number that JSON can hold`)
    return Number(value)
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex")
  if (value !== null && typeof value === "object") {
    assert.ok(!Array.isArray(value) && !(value instanceof Date), "a book has no lists and no instants")
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
  }
  return value
}
