// After every save one bar says where it was saved and offers the way back. It stays until the person goes on: to
// another screen, or to the next save. Never on a timer (ux.md §1.4).
import { route, type Visit } from './route.svelte';

interface Offer {
  says: string;
  undo: (() => void | Promise<void>) | undefined;
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
  say(says: string, undo?: () => void | Promise<void>, visit: Visit = route.current): void {
    this.#offer = { says, undo, visit };
  }

  clear(): void {
    this.#offer = undefined;
  }
}

export const undo = new Undo();
