// A plan for a new period while it is made: its name and period, and which tasks go on, with which dates. It is kept with the
// visit, so that one can look at something else in between.
import type {
  CarriedHalf,
  RenewAsk,
  RenewInput,
  RenewRow,
  RenewTasks,
  Unfinished,
} from '$lib/generated/types';

/** A task of the old plan, as it stands on the screen. */
export interface Carried {
  readonly row: RenewRow;
  /** Whether it goes on. */
  taken: boolean;
  deadline: string;
  repeatUntil: string;
  /** Whether its dates are being changed. */
  open: boolean;
}

export class Renewal {
  ask = $state<RenewAsk>({ plan: '', name: '', number: '', issuedOn: '', from: '', until: '' });
  tasks = $state<Carried[]>([]);
  /** What else is in the new plan, in words. */
  says = $state.raw<readonly string[]>([]);
  /** The period for which the dates were worked out. */
  #of = $state('');
  /** What was chosen of the tasks before the window was closed or locked. */
  #before: readonly CarriedHalf[] = [];

  /** With what it begins: as proposed, or as far as it had come. */
  constructor(suggested: RenewAsk, half: Unfinished | null = null) {
    this.ask = { ...suggested };
    if (half?.page !== 'renewal') return;
    this.ask = { ...half.ask };
    this.#of = half.period;
    this.#before = half.tasks;
  }

  /** As it is kept. */
  half(): Unfinished {
    const tasks =
      this.tasks.length === 0
        ? this.#before
        : this.tasks.map(({ row, taken, deadline, repeatUntil }) => ({
            key: row.key,
            taken,
            deadline,
            repeatUntil,
          }));
    return { page: 'renewal', ask: { ...this.ask }, period: this.#of, tasks: [...tasks] };
  }

  /** The tasks as the core proposes them. For the same period what was chosen before stays. */
  propose(told: RenewTasks): void {
    const period = `${this.ask.from} ${this.ask.until}`;
    const same = this.#of === period;
    const before = same ? this.tasks : [];
    const kept = same ? this.#before : [];
    this.#of = period;
    this.says = told.says;
    this.tasks = told.rows.map(
      (row) =>
        before.find((task) => task.row.key === row.key) ?? {
          row,
          // What does not fall into the period is left out, unless somebody gives it another day.
          taken: row.fits,
          deadline: row.deadline,
          repeatUntil: row.repeatUntil,
          open: false,
          ...kept.find((task) => task.key === row.key),
        },
    );
    this.#before = [];
  }

  get taken(): readonly Carried[] {
    return this.tasks.filter((task) => task.taken);
  }

  input(): RenewInput {
    const tasks = this.taken.map(({ row, deadline, repeatUntil }) => ({
      key: row.key,
      deadline,
      repeatUntil,
    }));
    return { ask: { ...this.ask }, tasks };
  }
}
