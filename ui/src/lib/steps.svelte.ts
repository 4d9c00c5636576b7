// Steps that a page takes one after the other: what was done is said, and the page asks anew what is left.
import { AppError } from './api';
import { undo } from './undo.svelte';

export class Steps {
  /** What stood in the way of the last one. */
  fault = $state.raw<AppError>();
  readonly #again: () => Promise<unknown>;

  constructor(again: () => Promise<unknown>) {
    this.#again = again;
  }

  /** Takes a step and says what was done; the page then shows what is left. */
  async take(step: () => Promise<unknown>, says: string): Promise<void> {
    this.fault = undefined;
    try {
      await step();
      undo.say(says);
    } catch (thrown) {
      this.fault = AppError.of(thrown);
    }
    await this.#again();
  }
}
