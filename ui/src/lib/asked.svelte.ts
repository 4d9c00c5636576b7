// What a screen asks the core for when it is opened: the answer, or why there is none.
import { AppError } from './api';

/** An answer of the core that can be asked for again. What stands stays until the new one is there. */
export class Asked<T> {
  #value = $state.raw<T>();
  #trouble = $state.raw<AppError>();
  #asked = 0;
  readonly #ask: () => Promise<T>;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
    void this.again();
  }

  get value(): T | undefined {
    return this.#value;
  }

  get trouble(): AppError | undefined {
    return this.#trouble;
  }

  /** Asks anew. A slow answer does not push away a later one. */
  async again(): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    try {
      const value = await this.#ask();
      if (mine !== this.#asked) return;
      this.#value = value;
      this.#trouble = undefined;
    } catch (thrown) {
      if (mine === this.#asked) this.#trouble = AppError.of(thrown);
    }
  }
}
