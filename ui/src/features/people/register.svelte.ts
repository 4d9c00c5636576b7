// People and devices as the register has them. Every act on it answers with the page as it stands afterwards.
import { AppError } from '../../lib/api';
import { Asked } from '../../lib/asked.svelte';
import { people } from '../../lib/generated/commands';
import type { People } from '../../lib/generated/types';
import { undo } from '../../lib/undo.svelte';

export class Register {
  #next: People | undefined;
  readonly asked = new Asked<People>(async () => {
    // What an act answered is as new as what could be asked for.
    const next = this.#next ?? (await people());
    this.#next = undefined;
    return next;
  });
  #fault = $state.raw<AppError>();

  get fault(): AppError | undefined {
    return this.#fault;
  }

  /** Acts on the register, shows it as it is then, and says what was done. */
  async act(does: () => Promise<People>, says: string): Promise<boolean> {
    this.#fault = undefined;
    try {
      this.#next = await does();
    } catch (thrown) {
      this.#fault = AppError.of(thrown);
      return false;
    }
    await this.asked.again();
    undo.say(says);
    return true;
  }
}
