import { render, screen } from '@testing-library/svelte';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, expect, it } from 'vitest';
import type { KindCard } from '$lib/generated/types';
import Books from './Books.svelte';
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

afterEach(() => {
  clearMocks();
});

it('the books have a heading for each chapter, and under it what one may read or write', async () => {
  const cards = [card('Hộ gia đình', 'Hộ và cam kết'), card('Tuần tra', 'Kiểm tra, tuần tra, tự quản')];
  mockIPC((name) => (name === 'kinds' ? cards : null), { shouldMockEvents: true });
  render(Books);
  await screen.findByRole('heading', { name: 'Hộ và cam kết' });
  const headings = screen.getAllByRole('heading', { level: 2 }).map((heading) => heading.textContent);
  expect(headings).toEqual(['Hộ và cam kết', 'Kiểm tra, tuần tra, tự quản']);
  expect(screen.getByText('Tuần tra')).toBeTruthy();
});
