import { expect, it } from 'vitest';
import { pageIds, pageOf } from './pages';

it('every page says the same in both languages, as far as counting tells', () => {
  for (const id of pageIds) {
    const [vi, en] = [pageOf('vi', id), pageOf('en', id)];
    expect([id, en.steps.length, en.notes.length]).toEqual([id, vi.steps.length, vi.notes.length]);
  }
});

it('sentences are short, in NFC, and hold no word that needs a computer course', () => {
  const forbidden = /lỗi|vui lòng|đồng bộ|xung đột|máy chủ|dữ liệu|(?<!\p{L})bạn(?!\p{L})|!/iu;
  for (const id of pageIds) {
    const page = pageOf('vi', id);
    for (const text of [page.title, page.lead, ...page.steps, ...page.notes]) {
      expect(text).toBe(text.normalize('NFC'));
      expect(text).not.toMatch(forbidden);
      for (const sentence of text.split(/[.:;]\s/)) {
        expect([sentence, sentence.split(' ').length <= 20]).toEqual([sentence, true]);
      }
    }
  }
});
