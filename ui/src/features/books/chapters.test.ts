import { expect, it } from 'vitest';
import type { KindCard } from '$lib/generated/types';
import { byChapter } from './chapters';

const card = (kind: string, chapter: string): KindCard => ({
  kind,
  label: kind,
  chapter,
  purpose: '',
  writes: true,
  reads: true,
  count: 0,
  sensitive: false,
});

it('kinds stand under their chapter, in the order in which the core gives them', () => {
  const groups = byChapter([
    card('household', 'Hộ và cam kết'),
    card('pledge', 'Hộ và cam kết'),
    card('patrol', 'Kiểm tra, tuần tra, tự quản'),
  ]);
  expect(groups.map((group) => [group.title, group.cards.map((each) => each.kind)])).toEqual([
    ['Hộ và cam kết', ['household', 'pledge']],
    ['Kiểm tra, tuần tra, tự quản', ['patrol']],
  ]);
  expect(byChapter([])).toEqual([]);
});
