// What stands in a workbook, as somebody reads it who opens the file: a ZIP of XML parts, of which the tables are read.

import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const DEFLATED = 8;

/** The parts of a ZIP file, by name. */
function parts(bytes) {
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0 || bytes.readUInt32LE(end) !== END) throw new Error('this is no ZIP file');
  const found = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error('the list of its parts is damaged');
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(from, from + bytes.readUInt32LE(at + 20));
    const part = bytes.readUInt16LE(at + 10) === DEFLATED ? inflateRawSync(packed) : packed;
    found.set(bytes.toString('utf8', at + 46, at + 46 + name), part.toString('utf8'));
    at += 46 + name + extra + comment;
  }
  return found;
}

/** The text of a piece of XML, without its elements. */
function plain(xml) {
  const signs = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  const text = xml.replace(/<[^>]*>/gu, '').replace(/&(lt|gt|quot|apos|amp);/gu, (_, sign) => signs[sign]);
  return text.normalize('NFC');
}

/** The rows of each table of a workbook: of each cell its text, or its number as a number. */
export async function readWorkbook(path) {
  const all = parts(await readFile(path));
  const shared = [...(all.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>(.*?)<\/si>/gsu)].map(([, text]) =>
    plain(text),
  );
  const cell = ([, attributes, inside = '']) => {
    const value = plain(inside);
    if (attributes.includes('t="s"')) return shared[Number(value)];
    return value === '' || attributes.includes('t="') ? value : Number(value);
  };
  const rows = (xml) =>
    [...xml.matchAll(/<row\b[^>]*>(.*?)<\/row>/gsu)].map(([, row]) =>
      [...row.matchAll(/<c\b([^>]*?)(?:\/>|>(.*?)<\/c>)/gsu)].map(cell),
    );
  const names = [...all.keys()].filter((name) => /^xl\/worksheets\/sheet\d+\.xml$/u.test(name)).sort();
  return names.map((name) => rows(all.get(name)));
}
