// Where the person is, and how they came there. Going back finds a screen as it was left: scroll place, search text,
// filters. There are no addresses; the browser's own history is only told how deep we are, so that Android's back and
// a mouse's back button work.
import { tick } from 'svelte';
import { on } from 'svelte/events';
import type { ScreenName, Screens } from '../screens';

/** A screen with what it was told. */
export type At = { [S in ScreenName]: { screen: S; params: Screens[S] } }[ScreenName];

/** A screen that was come to. */
export class Visit {
  readonly at: At;
  /** How far down the page stood when it was left. */
  scroll = 0;
  // A plain map: nobody watches which names there are, only what stands under them.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #kept = new Map<string, object>();

  constructor(at: At) {
    this.at = at;
  }

  /**
   * State that is found again on going back: `const list = route.current.keep('list', () => ({ text: '' }))`. What
   * comes back is reactive.
   */
  keep<T extends object>(name: string, start: () => T): T {
    const kept = this.#kept.get(name);
    // Only `keep` fills the map, and a screen uses a name for one thing.
    if (kept) return kept as T;
    const fresh = $state(start());
    this.#kept.set(name, fresh);
    return fresh;
  }
}

type Params<S extends ScreenName> =
  Record<never, never> extends Screens[S] ? [params?: Screens[S]] : [params: Screens[S]];

export class Route {
  #visits = $state.raw<readonly Visit[]>([]);
  #depth = $state(0);
  /** Visits of before a reset are no longer gone back to. */
  #era = 0;

  constructor(first: At) {
    this.#visits = [new Visit(first)];
    this.#tell('replaceState');
  }

  get current(): Visit {
    const visit = this.#visits[this.#depth];
    if (!visit) throw new Error('the route is empty');
    return visit;
  }

  /** Where one came from: the place of the bar under which all of this lies. */
  get root(): Visit {
    return this.#visits[0] ?? this.current;
  }

  /** The screen that stands below this one. */
  get before(): Visit | undefined {
    return this.#visits[this.#depth - 1];
  }

  get canGoBack(): boolean {
    return this.#depth > 0;
  }

  /** Opens a screen on top of this one. */
  go<S extends ScreenName>(screen: S, ...[params]: Params<S>): void {
    this.current.scroll = window.scrollY;
    this.#visits = [...this.#visits.slice(0, this.#depth + 1), visit(screen, params)];
    this.#depth += 1;
    this.#tell('pushState');
    window.scrollTo(0, 0);
  }

  /** Puts a screen in the place of this one: after saving, nobody goes back to the filled form. */
  replace<S extends ScreenName>(screen: S, ...[params]: Params<S>): void {
    this.#visits = [...this.#visits.slice(0, this.#depth), visit(screen, params)];
    this.#tell('replaceState');
    window.scrollTo(0, 0);
  }

  /** Starts anew with one screen: a place of the bar, a lock, another book. */
  reset<S extends ScreenName>(screen: S, ...[params]: Params<S>): void {
    this.#era += 1;
    this.#visits = [visit(screen, params)];
    this.#depth = 0;
    this.#tell('replaceState');
    window.scrollTo(0, 0);
  }

  back(): void {
    if (this.canGoBack) history.back();
  }

  /** Follows the browser's back and forward. Returns how to stop. */
  follow(): () => void {
    history.scrollRestoration = 'manual';
    return on(window, 'popstate', (event) => {
      const told: unknown = event.state;
      const depth = isTold(told) && told.era === this.#era ? told.depth : undefined;
      if (depth === undefined || !this.#visits[depth]) {
        // A place of before the reset: we stay where we are.
        this.#tell('pushState');
        return;
      }
      this.current.scroll = window.scrollY;
      this.#depth = depth;
      void this.#scrollBack(this.current);
    });
  }

  /** Scrolls to where a screen was left, once it is long enough; gives way to whoever scrolls in the meantime. */
  async #scrollBack(visit: Visit): Promise<void> {
    await tick();
    const reached = (): boolean => {
      if (this.current !== visit) return true;
      const deepest = document.documentElement.scrollHeight - window.innerHeight;
      window.scrollTo(0, visit.scroll);
      return deepest >= visit.scroll;
    };
    if (reached() || typeof ResizeObserver === 'undefined') return;
    const stops: (() => void)[] = [];
    const stop = (): void => {
      for (const each of stops) each();
    };
    const watch = new ResizeObserver(() => {
      if (reached()) stop();
    });
    watch.observe(document.body);
    stops.push(() => {
      watch.disconnect();
    });
    for (const act of ['wheel', 'touchstart', 'keydown', 'pointerdown'] as const) {
      stops.push(on(window, act, stop, { passive: true }));
    }
  }

  #tell(how: 'pushState' | 'replaceState'): void {
    history[how]({ era: this.#era, depth: this.#depth }, '');
  }
}

function visit<S extends ScreenName>(screen: S, params: Screens[S] | undefined): Visit {
  // A pair of a name and its own params is a member of the union; the compiler cannot see it through the generic.
  return new Visit({ screen, params: params ?? {} } as At);
}

function isTold(told: unknown): told is { era: number; depth: number } {
  return typeof told === 'object' && told !== null && 'era' in told && 'depth' in told;
}

/** The one route of the window. */
export const route = new Route({ screen: 'nothing', params: {} });
