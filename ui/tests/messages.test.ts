import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Messages = Record<string, string>;

const read = (locale: string): Messages => {
  const all = JSON.parse(readFileSync(`messages/${locale}.json`, 'utf8')) as Messages;
  delete all['$schema'];
  return all;
};

const vi = read('vi');
const en = read('en');

/** Words that no screen says (ux.md §1.4, §2). */
const forbidden = [
  /lỗi/,
  /vui lòng/,
  /xin lỗi/,
  /đồng bộ/,
  /xung đột/,
  /không hợp lệ/,
  /thất bại/,
  /thao tác/,
  /máy chủ/,
  /(?<!\p{L})bạn(?!\p{L})/u,
  /(?<!\p{L})ok(?!\p{L})/u,
  /!/,
];

describe('messages', () => {
  it('are the same ones in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(vi).sort());
  });

  it('are never empty', () => {
    const empty = (all: Messages): string[] => Object.keys(all).filter((key) => all[key]?.trim() === '');
    expect(empty(vi)).toEqual([]);
    expect(empty(en)).toEqual([]);
  });

  it('fill in the same values in both languages', () => {
    const values = (text = ''): string[] =>
      [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '').sort();
    for (const key of Object.keys(vi)) expect([key, values(en[key])]).toEqual([key, values(vi[key])]);
  });

  it('are written in NFC', () => {
    for (const text of Object.values(vi)) expect(text).toBe(text.normalize('NFC'));
  });

  it('hold no word that blames, begs or needs a computer course', () => {
    for (const [key, text] of Object.entries(vi)) {
      const small = text.toLowerCase();
      for (const word of forbidden) expect([key, word.test(small), word]).toEqual([key, false, word]);
      expect([key, small.replace('(không bắt buộc)', '')]).toEqual([
        key,
        expect.not.stringContaining('bắt buộc'),
      ]);
    }
  });
});
