// What is half done on a page that is no form, kept as a draft is: shortly after each change, and before the book is locked.
import { AppError } from './api';
import { keepUnfinished } from './generated/commands';
import type { Unfinished } from './generated/types';
import { keeper, PAUSE } from './keepers';

export class Keeping {
  /** When it was last kept, in unix seconds. */
  keptAt = $state<number>();
  /** Why it could not be kept. */
  trouble = $state.raw<AppError>();

  readonly #now: () => Unfinished | undefined;
  /** What was kept last, or stood there at first, as text. */
  #kept: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keeping: Promise<void> = Promise.resolve();

  /** Keeps what stands on the page from now on, as long as it is shown; `undefined`: it is not there yet. */
  constructor(now: () => Unfinished | undefined) {
    this.#now = now;
    $effect(() => {
      this.#see(now());
    });
    $effect(() => {
      const stop = keeper(() => this.keep());
      return () => {
        stop();
        void this.keep();
      };
    });
  }

  /**
   * Keeps it now, if it was changed since the last time. One keeping waits for the one before. To be waited for before it is
   * saved: the core forgets then what was kept.
   */
  keep(): Promise<void> {
    clearTimeout(this.#timer);
    const half = this.#now();
    const text = half && JSON.stringify(half);
    if (half && this.#kept !== undefined && text !== this.#kept) {
      this.#kept = text;
      this.#keeping = this.#keeping.then(() => this.#keepNow(half));
    }
    return this.#keeping;
  }

  #see(half: Unfinished | undefined): void {
    if (!half) return;
    const text = JSON.stringify(half);
    this.#kept ??= text;
    if (text === this.#kept) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.keep(), PAUSE);
  }

  async #keepNow(half: Unfinished): Promise<void> {
    try {
      this.keptAt = (await keepUnfinished(half)).at;
      this.trouble = undefined;
    } catch (thrown) {
      this.#kept = '';
      this.trouble = AppError.of(thrown);
    }
  }
}
