// After every save one bar says where it was saved and offers the way back. It stays until the person goes on: to
// another screen, or to the next save. Never on a timer (ux.md §1.4).
import { undo as undoAct } from './generated/commands';
import { route, type Visit } from './route.svelte';

/** Takes something back, and answers with a sentence if not all of it could be. */
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

  /**
   * Says what was done by an act, and offers to undo it; then the screen does what it has to. What stays as it is, since
   * somebody has changed it since, is said in place of the offer.
   */
  sayAct(
    says: string,
    act: string,
    { then, visit }: { then?: () => unknown; visit?: Visit | undefined } = {},
  ): void {
    const back = async (): Promise<string | null> => {
      const undone = await undoAct(act);
      await then?.();
      return undone.says;
    };
    this.say(says, back, visit);
  }

  /** Takes back what is offered. What stays, since somebody has changed it since, is said in its place. */
  async takeBack(): Promise<void> {
    const stays = await this.offer?.undo?.();
    if (typeof stays === 'string') this.say(stays);
    else this.clear();
  }

  clear(): void {
    this.#offer = undefined;
  }
}

export const undo = new Undo();
