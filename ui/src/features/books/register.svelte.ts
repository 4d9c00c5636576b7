// A list of records as it stands on the screen: what was searched for, how it is filtered and sorted, and the rows that
// were fetched so far. It is kept with the visit, so that going back finds all of it.
import { AppError } from '$lib/api';
import { list } from '$lib/generated/commands';
import type { ListAsk, ListPage, ListRow } from '$lib/generated/types';
import { joined, renewed } from './rows';

/** Searching begins with the second letter (ux.md §1.3). */
const LEAST = 2;
/** Rows a page: as many as a phone shows in a few sweeps, many more where they are virtual, and the most that are given. */
export const PAGE = { phone: 25, wide: 200, most: 500 } as const;

export class Register {
  typed = $state('');
  filter = $state<string | null>(null);
  sort = $state('');
  place = $state<string | null>(null);
  voided = $state(false);
  /** What the core said last: the total, the filters, the orders. */
  page = $state.raw<ListPage>();
  rows = $state.raw<readonly ListRow[]>([]);
  trouble = $state.raw<AppError>();
  /** How many came while one looked; they are shown when that is asked for. */
  arrived = $state(0);

  readonly #kinds: readonly string[];
  #size: number;
  #asked = 0;
  #fetching = false;

  constructor(kinds: readonly string[], size: number, place?: string) {
    this.#kinds = kinds;
    this.#size = size;
    this.place = place ?? null;
  }

  /** Whether nothing was fetched yet. */
  get fresh(): boolean {
    return this.page === undefined;
  }

  get searching(): boolean {
    return this.typed.trim().length >= LEAST;
  }

  get more(): number {
    return Math.min(this.#size, (this.page?.total ?? 0) - this.rows.length);
  }

  /** Asks from the beginning: after typing, filtering, sorting. A slow answer does not push away a later one. */
  async look(): Promise<void> {
    this.arrived = 0;
    await this.#fetch(0, this.#size, (page) => {
      this.rows = page.rows;
    });
  }

  /** Fetches the next part. */
  async next(size = this.#size): Promise<void> {
    if (this.#fetching || this.more <= 0) return;
    this.#size = size;
    this.#fetching = true;
    try {
      await this.#fetch(this.rows.length, size, (page) => {
        this.rows = joined(this.rows, page.rows);
      });
    } finally {
      this.#fetching = false;
    }
  }

  /** Something changed: rows that stand there are renewed in place, none moves, none is added. */
  async renew(): Promise<void> {
    if (this.fresh) return;
    const before = this.page?.total ?? 0;
    await this.#fetch(0, Math.max(this.rows.length, this.#size), (page) => {
      this.rows = renewed(this.rows, page.rows);
      this.arrived += Math.max(0, page.total - before);
    });
  }

  /** What stands there, as it is asked for: for a file. */
  asked(): ListAsk {
    return this.#ask(0, 1);
  }

  /** All rows as they are filtered, for the paper. */
  async all(): Promise<readonly ListRow[]> {
    let rows: ListRow[] = [];
    // The core gives so many at a time and no more, however many are asked for.
    for (;;) {
      const before = rows.length;
      const page = await list(this.#ask(before, PAGE.most));
      rows = joined(rows, page.rows);
      if (rows.length === before || rows.length >= page.total) return rows;
    }
  }

  async #fetch(from: number, count: number, take: (page: ListPage) => void): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    try {
      const page = await list(this.#ask(from, count));
      if (mine !== this.#asked) return;
      take(page);
      this.page = page;
      this.trouble = undefined;
    } catch (thrown) {
      if (mine === this.#asked) this.trouble = AppError.of(thrown);
    }
  }

  #ask(from: number, count: number): ListAsk {
    return {
      kinds: [...this.#kinds],
      typed: this.searching ? this.typed : '',
      place: this.place,
      filter: this.filter,
      sort: this.sort,
      voided: this.voided,
      from,
      count,
    };
  }
}
