// Text as it is compared; the core has the same rules (`sothon_records::text`).

/** Text as it is kept: NFC. */
export function nfc(text: string): string {
  return text.normalize('NFC');
}

/** The key for comparing without marks: NFD, marks dropped, đ as d, small letters. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd');
}

/** The words of a text for comparing. */
export function foldedWords(text: string): string[] {
  return fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Whether every word that was typed begins a word of the text, in any order. */
export function finds(typed: string, text: string): boolean {
  const words = foldedWords(text);
  return foldedWords(typed).every((part) => words.some((word) => word.startsWith(part)));
}

/** A text that may be a megabyte, as it stands in one row. */
export function inShort(text: string, most = 80): string {
  const letters = Array.from(nfc(text.slice(0, most * 4)));
  if (letters.length <= most && text.length <= most * 4) return text;
  return `${letters.slice(0, most).join('').trimEnd()}…`;
}

/** The last word of a name, by which people are called and lists are sorted. */
export function callName(name: string): string {
  return name.trim().split(/\s+/).at(-1) ?? '';
}
