// What is asked when a commune's books are set up, one question a page. It is kept while one goes forth and back
// between the questions, and forgotten when the book is open or its person turns away.
import { AppError } from '../../lib/api';
import { found } from '../../lib/generated/commands';
import type { Me, ProblemTold } from '../../lib/generated/types';
import { m } from '../../lib/paraglide/messages';
import type { FoundStep } from '../../screens';

export const steps: readonly FoundStep[] = ['commune', 'villages', 'person', 'relay', 'passphrase'];

/** On which page a field of the core's stands. */
const pageOf: Record<string, FoundStep> = {
  commune: 'commune',
  villages: 'villages',
  person: 'person',
  role: 'person',
  relay: 'relay',
  passphrase: 'passphrase',
};

/** A village as it is typed; the number tells fields apart while some are taken out. */
export interface TypedVillage {
  id: number;
  name: string;
}

const SIX = 6;

export class Founding {
  commune = $state('');
  villages = $state<TypedVillage[]>([]);
  person = $state('');
  role = $state('');
  relay = $state('');
  passphrase = $state('');
  /** What the core or the page found to mend. */
  problems = $state.raw<readonly ProblemTold[]>([]);
  #ids = 0;

  constructor() {
    this.forget();
  }

  addVillage(): TypedVillage {
    const id = (this.#ids += 1);
    const village = { id, name: m.start_village({ number: this.villages.length + 1 }) };
    this.villages = [...this.villages, village];
    return village;
  }

  removeVillage(id: number): void {
    this.villages = this.villages.filter((village) => village.id !== id);
  }

  /** What is missing on a page, in the core's own words for it. */
  missing(step: FoundStep): ProblemTold[] {
    const ask = (field: string, empty: boolean, says: () => string): ProblemTold[] =>
      empty ? [{ sub: null, field, says: says() }] : [];
    switch (step) {
      case 'commune':
        return ask('commune', !this.commune.trim(), m.start_needs_commune);
      case 'villages':
        return ask('villages', !this.villages.some((village) => village.name.trim()), m.start_needs_village);
      case 'person':
        return [
          ...ask('person', !this.person.trim(), m.start_needs_person),
          ...ask('role', !this.role, m.start_needs_role),
        ];
      case 'relay':
        return [];
      case 'passphrase':
        return ask('passphrase', !this.passphrase.trim(), m.start_needs_passphrase);
    }
  }

  /** The page on which the first of the core's problems is to be mended. */
  get page(): FoundStep | undefined {
    const field = this.problems[0]?.field;
    return field === undefined ? undefined : pageOf[field];
  }

  /** Founds. What the core wants mended stands in `problems` afterwards; anything else is thrown. */
  async found(): Promise<Me | undefined> {
    const { commune, person, role, relay, passphrase } = this;
    const villages = this.villages.map((village) => village.name);
    try {
      const me = await found({ commune, villages, person, role, relay, passphrase });
      this.forget();
      return me;
    } catch (thrown) {
      const fault = AppError.of(thrown);
      if (fault.problems.length === 0) throw fault;
      this.problems = fault.problems;
      return undefined;
    }
  }

  /** Forgets all that was typed. */
  forget(): void {
    this.commune = this.person = this.role = this.relay = this.passphrase = '';
    this.villages = [];
    for (let n = 0; n < SIX; n += 1) this.addVillage();
    this.problems = [];
  }
}

export const founding = new Founding();
