// Reads each <name>.automerge of a folder with Automerge for JavaScript and compares what it finds with <name>.json.
//
// In the JSON a Text and a string are both strings, an instant is its milliseconds since 1970, bytes are hexadecimal.
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
  const found = plain(document)
  assert.notEqual(Object.keys(found).length, 0, `${name} is empty`)
  assert.deepEqual(found, expected, `${name}: Automerge for JavaScript finds something else`)
  const changes = Automerge.getAllChanges(document).length
  console.log(`${name}: ${Object.keys(found).length} keys at the root, ${changes} changes, equal`)
}
console.log(`${names.length} exports read and equal`)

function plain(value) {
  if (value instanceof Date) return value.getTime()
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex")
  if (Array.isArray(value)) return value.map(plain)
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
  }
  return value
}
