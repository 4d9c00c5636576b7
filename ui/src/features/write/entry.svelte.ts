// A form while it is filled in: what was typed, the draft that is kept of it, what is to be mended. It is kept with the
// visit, so that a record written in between ("Ghi hộ mới") comes back to it as it was.
import { AppError } from '$lib/api';
import * as core from '$lib/generated/commands';
import type {
  AlikeRow,
  Form,
  FormAsk,
  FormInput,
  FormList,
  ListTotals,
  MatterCheck,
  PhotoRow,
  PickRow,
  ProblemTold,
  RollRow,
  SavedAct,
  TellerInput,
  TipCheck,
  TipSealed,
} from '$lib/generated/types';
import { PAUSE } from '$lib/keepers';
import { m } from '$lib/paraglide/messages';

/** A pause after which it is looked whether something like it is there already. */
const LOOK = 350;

/** Kinds whose records lie in a village, and what is written about one lies there too. */
const atHome: readonly string[] = ['household', 'person'];

/** What is not even handed over, in bytes: a telephone's camera writes far less, a film far more. */
const LARGEST_PHOTO = 24 * 2 ** 20;

/** A sub-record as it is typed. */
export interface PartTyped {
  /** Tells it from the others on the screen. */
  readonly id: number;
  readonly list: string;
  /** Its key, if it is in the record already. */
  readonly key: string | null;
  values: Record<string, string>;
  open: boolean;
}

export class Entry {
  readonly form: Form;
  /** What stands in the fields, as typed. */
  values = $state<Record<string, string>>({});
  parts = $state<PartTyped[]>([]);
  place = $state('');
  /** For whom it is written, where somebody said so. */
  behalfSaid = $state<string | null>(null);
  teller = $state<TellerInput>({ name: '', contact: '', secret: false });
  /** Titles of the records that the values name. */
  names = $state<Record<string, PickRow>>({});
  problems = $state.raw<readonly ProblemTold[]>([]);
  /** What this may be twice with, and which field was being typed in. */
  alike = $state.raw<readonly AlikeRow[]>([]);
  watched = $state('');
  /** When the draft was last kept, in unix seconds. */
  keptAt = $state<number>();
  /** Why it could not be kept. */
  trouble = $state.raw<AppError>();
  /** Why it could not be saved, where nothing of the form is to be mended. */
  refused = $state.raw<AppError>();
  saving = $state(false);
  /** What the lists come to so far that are added up. */
  sums = $state.raw<readonly ListTotals[]>([]);
  /** What was written in between and taken back with "Hoàn tác". */
  came = $state.raw<{ field: string; part: number | undefined; saved: SavedAct }>();

  /** The photographs of the record, then those that are added. */
  photos = $state<PhotoRow[]>([]);
  /** Which of how many is being added. */
  adding = $state.raw<{ number: number; count: number }>();
  /** Why some were not. */
  notAdded = $state.raw<readonly string[]>([]);

  readonly #reason: string | null;
  #draft: string | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: ReturnType<typeof setTimeout> | undefined;
  #keeping: Promise<void> = Promise.resolve();
  #dirty = false;
  #done = false;
  #adding: Promise<void> = Promise.resolve();
  #others: readonly string[] = [];
  #ids = 0;
  #counting: ReturnType<typeof setTimeout> | undefined;

  private constructor(form: Form, ask: FormAsk, place: string) {
    this.form = form;
    this.#reason = ask.reason;
    this.#draft = form.draft?.id ?? null;
    this.keptAt = form.draft?.at;
    this.values = { ...form.values };
    this.names = { ...form.names } as Record<string, PickRow>;
    for (const sub of form.subs)
      this.#put(sub.list, sub.key, { ...sub.values } as Record<string, string>, false);
    for (const list of form.lists) {
      // Where parts are ticked off, an empty one would be in the way.
      while (!list.ticked && this.partsOf(list).length < list.least) this.#put(list.name, null, {}, true);
    }
    const only = form.places.length === 1 ? form.places[0] : undefined;
    const told = form.place ?? place;
    this.place = form.places.some((each) => each.place === told) ? told : (only?.place ?? '');
    if (form.teller) this.teller = { ...form.teller };
    this.behalfSaid = form.behalfSaid;
    this.photos = form.photos?.map((photo) => ({ ...photo })) ?? [];
    if (this.parts.length > 0) this.#count();
  }

  /** Opens a form: new, for a change, or with what was typed before. */
  static async begin(ask: FormAsk, place = ''): Promise<Entry> {
    return new Entry(await core.form(ask), ask, place);
  }

  /**
   * Whether it is asked where the record belongs. Where it must name a household or a person, it belongs where that one
   * does, unless the core says that this is not known.
   */
  get asksPlace(): boolean {
    if (this.form.places.length < 2) return false;
    const follows = this.form.groups
      .flatMap((group) => group.fields)
      .some(
        ({ optional, control }) =>
          !optional && control.type === 'record' && control.kinds.some((kind) => atHome.includes(kind)),
      );
    return !follows || this.errorOf('write_place') !== undefined;
  }

  /** For whom it is written: as said, else for whom this person works at its place. Empty: for nobody else. */
  get behalf(): string {
    const offered = this.form.behalf;
    if (this.behalfSaid !== null) {
      // A delegation that a draft names may have ended since.
      const still = offered.some((each) => each.delegation === this.behalfSaid);
      return still ? this.behalfSaid : '';
    }
    const here = offered.find((each) => each.place !== null && each.place === this.place);
    return here?.delegation ?? '';
  }

  partsOf(list: FormList): PartTyped[] {
    return this.parts.filter((part) => part.list === list.name);
  }

  addPart(list: FormList): PartTyped {
    for (const part of this.parts) part.open = false;
    const part = this.#put(list.name, null, {}, true);
    this.touched();
    return part;
  }

  /** Takes a part out that was only typed. One that is in the record is voided on the record's page, with a reason. */
  dropPart(part: PartTyped): void {
    this.parts = this.parts.filter((each) => each.id !== part.id);
    this.problems = [];
    this.touched();
  }

  /** Whether somebody who can be ticked is in the list, by what tells people apart: names and records, not choices. */
  isTicked(list: FormList, row: RollRow): boolean {
    return this.#same(list, row).length > 0;
  }

  /** Whether somebody who can be ticked is in the record already. */
  isKept(list: FormList, row: RollRow): boolean {
    return this.#same(list, row).some((part) => part.key !== null);
  }

  /** Puts somebody into the list, or takes out who was only ticked. */
  tick(list: FormList, row: RollRow, on: boolean): void {
    const same = this.#same(list, row);
    if (on === same.length > 0) return;
    for (const name of row.names) this.names[name.key] = name;
    if (on) this.#put(list.name, null, { ...row.values } as Record<string, string>, false);
    else this.parts = this.parts.filter((part) => part.key !== null || !same.includes(part));
    this.problems = [];
    this.touched();
  }

  #same(list: FormList, row: RollRow): PartTyped[] {
    const telling = list.fields.filter(({ control }) => control.type === 'line' || control.type === 'record');
    return this.partsOf(list).filter((part) =>
      telling.every(({ name }) => (part.values[name] ?? '') === (row.values[name] ?? '')),
    );
  }

  /** How the core names a part in what is to be mended, and so the beginning of its fields' ids. */
  subOf(part: PartTyped): string {
    return part.key ?? `${part.list}:${String(this.parts.findIndex((each) => each.id === part.id))}`;
  }

  idOf(field: string, part?: PartTyped): string {
    return part ? `${this.subOf(part)}-${field}` : field;
  }

  idOfProblem(problem: ProblemTold): string {
    return problem.sub === null ? problem.field : `${problem.sub}-${problem.field}`;
  }

  errorOf(field: string, part?: PartTyped): string | undefined {
    const sub = part ? this.subOf(part) : null;
    return this.problems.find((problem) => problem.field === field && problem.sub === sub)?.says;
  }

  /** A person typed or chose something. */
  touched(field?: string): void {
    this.#dirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.keep(), PAUSE);
    if (field !== undefined) this.#look(field);
    this.#count();
  }

  /** Keeps the draft now, if anything was typed since the last time. One keeping waits for the one before. */
  keep(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#dirty && !this.#done) {
      this.#dirty = false;
      this.#keeping = this.#keeping.then(() => this.#keepNow());
    }
    return this.#keeping;
  }

  async #keepNow(): Promise<void> {
    if (this.#done) return;
    try {
      const kept = await core.keepDraft(this.input());
      this.#draft = kept.id;
      this.keptAt = kept.at;
      this.trouble = undefined;
    } catch (thrown) {
      this.#dirty = true;
      this.trouble = AppError.of(thrown);
    }
  }

  /** Adds photographs, one by one: each lies sealed with the draft before the next is taken. */
  addPhotos(files: readonly File[]): Promise<void> {
    this.#adding = this.#adding.then(() => this.#addPhotos(files));
    return this.#adding;
  }

  async #addPhotos(files: readonly File[]): Promise<void> {
    const not: string[] = [];
    this.notAdded = not;
    for (const [at, file] of files.entries()) {
      if (this.#done) break;
      this.adding = { number: at + 1, count: files.length };
      try {
        if (file.size > LARGEST_PHOTO) throw new Error(m.photos_too_large());
        this.photos.push(await this.#addPhoto(file));
        this.problems = this.problems.filter(({ field }) => field !== 'files');
      } catch (thrown) {
        not.push(m.photos_not_added({ name: file.name, says: AppError.of(thrown).says }));
      }
    }
    this.adding = undefined;
    this.notAdded = [...not];
    this.#dirty = true;
    await this.keep();
  }

  async #addPhoto(file: File): Promise<PhotoRow> {
    const content = await inBase64(file);
    // It lies with the draft, so there has to be one, with what was typed: some records take none.
    this.#dirty = true;
    await this.keep();
    if (this.#draft === null) throw this.trouble ?? new Error(file.name);
    return core.addPhoto({ draft: this.#draft, name: file.name, content });
  }

  /** Where a photograph is found: those of the record have keys of it, the others lie with the draft. */
  ofPhoto(photo: PhotoRow): { key: string } | { draft: string } {
    return photo.photo.includes('/') ? { key: this.form.key ?? '' } : { draft: this.#draft ?? '' };
  }

  /** Takes one away, or back. What was taken away stays until it is saved. */
  takePhoto(photo: PhotoRow, taken: boolean): void {
    photo.taken = taken;
    this.problems = this.problems.filter(({ field }) => field !== 'files');
    this.touched();
  }

  /** Saves. `undefined`: something is to be mended, or it is being saved already. */
  save(): Promise<SavedAct | undefined> {
    return this.#send(core.save);
  }

  /** What saving what the commune sets would change. `undefined` as for saving. */
  async checkMatter(): Promise<MatterCheck | undefined> {
    await this.keep();
    return this.#send(core.checkMatter, false);
  }

  /** A tip as it will be sealed. `undefined` as for saving. */
  async check(): Promise<TipCheck | undefined> {
    // The draft is kept before, since the form stays as it is.
    await this.keep();
    return this.#send(core.checkTip, false);
  }

  /** Seals a tip: from here on nothing of it is on this device. `undefined` as for saving. */
  seal(): Promise<TipSealed | undefined> {
    return this.#send(core.sealTip);
  }

  async #send<T>(ask: (input: FormInput) => Promise<T>, last = true): Promise<T | undefined> {
    if (this.saving || this.#done) return undefined;
    this.saving = true;
    this.refused = undefined;
    clearTimeout(this.#timer);
    try {
      // The draft that is being kept must be known, so that saving can throw it away.
      await this.#adding;
      await this.#keeping;
      const given = await ask(this.input());
      this.#done = last;
      this.problems = [];
      return given;
    } catch (thrown) {
      this.#refused(AppError.of(thrown));
      return undefined;
    } finally {
      this.saving = false;
    }
  }

  /** The draft was thrown away: nothing of it is kept again. */
  forget(): void {
    this.#done = true;
    clearTimeout(this.#timer);
  }

  /** It could not be thrown away: it goes on, and is kept again. */
  goOn(why: AppError): void {
    this.#done = false;
    this.refused = why;
    this.touched();
  }

  /** As it is saved and kept. */
  input(): FormInput {
    const teller = this.teller;
    const told = teller.name !== '' || teller.contact !== '' || teller.secret;
    return {
      kind: this.form.kind,
      key: this.form.key,
      draft: this.#draft,
      place: this.place === '' ? null : this.place,
      values: { ...this.values },
      subs: this.parts.map((part) => ({ list: part.list, key: part.key, values: { ...part.values } })),
      teller: this.form.sealed && told ? { ...teller } : null,
      behalf: this.form.behalf.length > 0 ? this.behalf : null,
      added: this.photos.flatMap((each) =>
        'draft' in this.ofPhoto(each) && !each.taken ? [each.photo] : [],
      ),
      taken: this.photos.flatMap((each) => ('key' in this.ofPhoto(each) && each.taken ? [each.photo] : [])),
    };
  }

  get reason(): string | null {
    return this.#reason;
  }

  /** It is another one, whatever is alike: not asked again for these. */
  another(): void {
    this.#others = [...this.#others, ...this.alike.map((row) => row.key)];
    this.alike = [];
  }

  /** What goes over into the next empty form: the days on which it happened, since a stack of paper has one evening. */
  carried(): Record<string, string> {
    const days = this.form.groups
      .flatMap((group) => group.fields)
      .filter((field) => field.control.type === 'date' && field.control.quick);
    return Object.fromEntries(
      days.flatMap(({ name }) => {
        const value = this.values[name] ?? '';
        return value === '' ? [] : [[name, value]];
      }),
    );
  }

  #put(list: string, key: string | null, values: Record<string, string>, open: boolean): PartTyped {
    this.#ids += 1;
    const part: PartTyped = { id: this.#ids, list, key, values, open };
    this.parts.push(part);
    return this.parts.at(-1) ?? part;
  }

  #refused(fault: AppError): void {
    // That it is not known where it belongs is said by a code; on the form it is a field like the others.
    const where = fault.code === 'village' || fault.code === 'unit';
    if (where) this.problems = [{ sub: null, field: 'write_place', says: fault.says }];
    else this.problems = fault.problems;
    if (this.problems.length === 0) this.refused = fault;
    const inParts = this.problems.map((problem) => problem.sub);
    for (const part of this.parts) if (inParts.includes(this.subOf(part))) part.open = true;
  }

  #count(): void {
    if (!this.form.lists.some((list) => list.addedUp)) return;
    clearTimeout(this.#counting);
    this.#counting = setTimeout(() => {
      core.totals(this.input()).then(
        (sums) => {
          this.sums = sums;
        },
        () => {
          // The sums are a service; the record's page has them all the same.
        },
      );
    }, LOOK);
  }

  #look(field: string): void {
    const watches = this.form.groups.some((group) =>
      group.fields.some((each) => each.name === field && each.watch),
    );
    if (!watches || this.form.key !== null) return;
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => {
      const asked = this.values[field];
      core.alike(this.input()).then(
        (rows) => {
          if (this.values[field] !== asked) return;
          this.watched = field;
          this.alike = rows.filter((row) => !this.#others.includes(row.key));
        },
        () => {
          // Looking for twins is a service; without an answer one saves all the same.
        },
      );
    }, LOOK);
  }
}

/** The bytes of a file, as the core takes them. */
function inBase64(file: File): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      done(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => {
      failed(reader.error ?? new Error(file.name));
    };
    reader.readAsDataURL(file);
  });
}
