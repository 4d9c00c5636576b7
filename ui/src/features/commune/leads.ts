// Where a row of "Cần xử lý" leads.
import type { FramePlace } from '$lib/generated/types';
import { route } from '$lib/route.svelte';
import { session } from '$lib/session.svelte';

const places = ['tasks', 'care', 'tips', 'people', 'exchange'] as const satisfies readonly FramePlace[];

/** How to open what the core names; nothing for what this person has no place for. */
export function leadTo(name: string): (() => void) | undefined {
  if (name === 'review') {
    return () => {
      route.go('review');
    };
  }
  const place = places.find((each) => each === name);
  if (!place || !session.me?.places.includes(place)) return undefined;
  return () => {
    route.go(place);
  };
}
