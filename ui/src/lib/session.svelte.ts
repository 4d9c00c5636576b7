// Whose book is open, how this machine is set, and what the core tells without being asked. `App.svelte` starts it once;
// screens read it. Where the person stands follows from it: whoever locks, wherever, comes to the unlock screen.
import { on } from 'svelte/events';
import { AppError, listen } from './api';
import * as core from './generated/commands';
import type { Me, Settings, Told, Welcome } from './generated/types';
import { todayIs } from './format';
import { keepAll } from './keepers';
import { language } from './language.svelte';
import { setPractice, setTextSize, setTheme, textSizes, type TextSize } from './look';
import { route } from './route.svelte';
import { keys } from './typing.svelte';
import { undo } from './undo.svelte';

/** That somebody is there is told at most so often. */
const STAY_EVERY = 20_000;

/** The key that hides the names on the screen and shows them again. */
export const HIDE_KEY = 'F8';

class Session {
  #welcome = $state.raw<Welcome>();
  #me = $state.raw<Me>();
  #settings = $state.raw<Settings>();
  #lockSoon = $state(0);
  #lockedIdle = $state(false);
  #namesHidden = $state(false);
  #trouble = $state.raw<AppError>();
  #stayed = 0;
  #lastFolder: string | undefined;

  /** What is on this machine; missing only until the core has answered for the first time. */
  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  /** Whose book is open. */
  get me(): Me | undefined {
    return this.#me;
  }

  get settings(): Settings | undefined {
    return this.#settings;
  }

  /** In how many seconds the book will be locked, since nobody touches it; 0: not soon. */
  get lockSoon(): number {
    return this.#lockSoon;
  }

  /** Whether the book was locked because nobody touched it. */
  get lockedIdle(): boolean {
    return this.#lockedIdle;
  }

  get namesHidden(): boolean {
    return this.#namesHidden;
  }

  /** The book that was open last, while the program runs. */
  get lastFolder(): string | undefined {
    return this.#lastFolder;
  }

  /** Why nothing can be shown at all. */
  get trouble(): AppError | undefined {
    return this.#trouble;
  }

  /** Asks what there is, and listens. Returns how to stop. */
  start(): () => void {
    const stops: (() => void)[] = [];
    void listen((told) => {
      this.hear(told);
    })
      .then((stop) => {
        stops.push(stop);
        return this.begin();
      })
      .catch((thrown: unknown) => {
        this.#trouble = AppError.of(thrown);
      });
    const present = (): void => {
      this.#present();
    };
    for (const act of ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const) {
      stops.push(on(window, act, present, { passive: true }));
    }
    const hide = keys({
      [HIDE_KEY]: () => {
        this.hideNames(!this.#namesHidden);
      },
    });
    stops.push(on(window, 'keydown', hide));
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Learns what is on this machine and goes where one begins. */
  async begin(): Promise<void> {
    this.#trouble = undefined;
    try {
      const welcome = await this.refreshWelcome();
      if (welcome.open === null) this.#toTheDoor(welcome);
      else await this.enter(await core.me());
    } catch (thrown) {
      this.#trouble = AppError.of(thrown);
    }
  }

  /** A book was opened: its person comes to their home, goes on with founding, or waits to be admitted. */
  async enter(me: Me): Promise<void> {
    this.#became(me);
    await this.refreshWelcome();
    if (me.sheetWaits) route.reset('sheet');
    else if (me.standing === 'admitted') route.reset('today');
    else route.reset('waiting');
    if (this.#welcome?.brought && !me.sheetWaits && !me.practice) route.go('courierIn');
  }

  async refreshWelcome(): Promise<Welcome> {
    const welcome = await core.welcome();
    this.#welcome = welcome;
    this.#set(welcome.settings);
    return welcome;
  }

  /** Asks anew whose book is open: after founding, when the register changed, in another language. */
  async refreshMe(): Promise<Me> {
    const me = await core.me();
    this.#became(me);
    return me;
  }

  /** Keeps changed settings. What the core says is asked anew in a language that was changed. */
  async keep(change: Partial<Settings>): Promise<void> {
    const before = this.#settings;
    if (!before) return;
    const kept = await core.keepSettings({ ...before, ...change });
    if (kept.language !== before.language && this.#me) this.#became(await core.me());
    this.#set(kept);
    if (this.#welcome) this.#welcome = { ...this.#welcome, settings: kept, languageChosen: true };
  }

  async lock(): Promise<void> {
    await keepAll();
    await core.lock();
    // The core tells it too, but who pressed the button need not wait for that.
    await this.#locked(false);
  }

  /** "Ở lại". */
  async stay(): Promise<void> {
    this.#lockSoon = 0;
    this.#stayed = Date.now();
    await core.stay();
  }

  /** Covers names on the screen, or shows them again. */
  hideNames(hidden: boolean): void {
    this.#namesHidden = hidden;
    document.documentElement.toggleAttribute('data-names-hidden', hidden);
  }

  /** Follows what the core tells. Public for tests. */
  hear(told: Told): void {
    switch (told.type) {
      case 'locked':
        void this.#locked(told.idle);
        break;
      case 'lockSoon':
        void keepAll();
        if (this.#me) this.#lockSoon = told.seconds;
        break;
      case 'brought':
        void this.#brought();
        break;
      case 'register':
      case 'waiting':
        if (this.#me) void this.#registerChanged();
        break;
      default:
        break;
    }
  }

  /** The system handed over a courier file: it is offered where a book is open, and said at the door. */
  async #brought(): Promise<void> {
    try {
      await this.refreshWelcome();
      const me = this.#me;
      if (me && !me.sheetWaits && !me.practice && route.current.at.screen !== 'courierIn')
        route.go('courierIn');
    } catch {
      // It is there still, and seen when the book is opened.
    }
  }

  async #registerChanged(): Promise<void> {
    try {
      await this.refreshMe();
    } catch {
      // It was locked in the meantime, and that is told by itself.
    }
  }

  async #locked(idle: boolean): Promise<void> {
    // Both the command and the core's word of it come here.
    if (!this.#me) return;
    this.#became(undefined);
    this.#lockSoon = 0;
    this.#lockedIdle = idle;
    undo.clear();
    this.#toTheDoor(this.#welcome);
    try {
      await this.refreshWelcome();
    } catch (thrown) {
      this.#trouble = AppError.of(thrown);
    }
  }

  #toTheDoor(welcome: Welcome | undefined): void {
    if (welcome?.languageChosen === false && welcome.folders.length === 0) route.reset('language');
    else if (!welcome || welcome.folders.length === 0) route.reset('start');
    else route.reset('unlock');
  }

  #became(me: Me | undefined): void {
    this.#me = me;
    if (me) todayIs(me.today);
    if (me) {
      this.#lastFolder = me.folder;
      this.#lockedIdle = false;
    } else {
      this.hideNames(false);
    }
    setPractice(me?.practice ?? false);
  }

  #set(settings: Settings): void {
    this.#settings = settings;
    language.set(settings.language);
    setTheme(settings.theme === 'system' ? 'auto' : settings.theme);
    setTextSize(textSizes.find((size) => size === settings.text) ?? (100 satisfies TextSize));
  }

  #present(): void {
    // Once it is said that it will be locked soon, only the answer counts.
    if (!this.#me || this.#lockSoon > 0 || Date.now() - this.#stayed < STAY_EVERY) return;
    this.#stayed = Date.now();
    // Locked in the meantime: that is told by itself.
    core.stay().catch(() => undefined);
  }
}

export const session = new Session();
