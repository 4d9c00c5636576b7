// After every save one bar says where it was saved and offers the way back. It stays until the person goes on: to
// another screen, or to the next save. Never on a timer (ux.md §1.4).
import type { Undone } from './generated/types';
import { route, type Visit } from './route.svelte';

/** Takes something back, and answers what undoing an act answers where it was one. */
type Back = () => unknown;

interface Offer {
  says: string;
  undo: Back | undefined;
  visit: Visit;
}

class Undo {
  #offer = $state.raw<Offer>();

  /** What is offered on the screen that is shown now. */
  get offer(): Offer | undefined {
    return this.#offer?.visit === route.current ? this.#offer : undefined;
  }

  /**
   * Says what was done, and how to take it back where that can be done. Call it on the screen that is to show it, or name
   * that screen's visit.
   */
  say(says: string, undo?: Back, visit: Visit = route.current): void {
    this.#offer = { says, undo, visit };
  }

  /** Takes back what is offered. What stays, since somebody has changed it since, is said in its place. */
  async takeBack(): Promise<void> {
    const says = whatStays(await this.offer?.undo?.());
    if (says === undefined) this.clear();
    else this.say(says);
  }

  clear(): void {
    this.#offer = undefined;
  }
}

/** What the answer to undoing an act says of records that were left as they are. */
function whatStays(answer: unknown): string | undefined {
  const says = (answer as Partial<Undone> | undefined)?.says;
  return typeof says === 'string' ? says : undefined;
}

export const undo = new Undo();
