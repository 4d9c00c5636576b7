// Kinds in groups by what a person does. The core gives them in the order of the groups.
import type { KindCard } from '$lib/generated/types';

/** The kinds of one chapter. */
export interface Chapter {
  title: string;
  cards: KindCard[];
}

/** The kinds by chapter, both in the order in which they came. */
export function byChapter(cards: readonly KindCard[]): Chapter[] {
  const chapters = new Map<string, KindCard[]>();
  for (const card of cards) {
    const chapter = chapters.get(card.chapter);
    if (chapter) chapter.push(card);
    else chapters.set(card.chapter, [card]);
  }
  return [...chapters].map(([title, kinds]) => ({ title, cards: kinds }));
}
