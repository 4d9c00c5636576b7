// The screens of the app by name, and what each needs to be told. `drawn.ts` says which component draws which.
import type { PageId } from './features/help/pages';
import type { Renewal } from './features/plans/renewal.svelte';
import type { Entry } from './features/write/entry.svelte';
import type {
  AsideRow,
  FramePlace,
  KindCard,
  MatterCheck,
  PhotoRow,
  PickRow,
  RoleInput,
  SavedAct,
  TakenOut,
  TipCheck,
  VillageActInput,
} from './lib/generated/types';
import type { VillageAct } from './features/village/acts';

/** Nothing to be told. */
type Nothing = Record<never, never>;

/** The places of the bar; each is a screen. Help knows the screen that one came from, or the page that was chosen. */
type Places = { [P in Exclude<FramePlace, 'help'>]: Nothing } & {
  help: { from?: ScreenName; page?: PageId };
};

/** Before a book is open. They stand without the frame. */
interface Bare {
  nothing: Nothing;
  language: Nothing;
  start: Nothing;
  found: { step: FoundStep };
  sheet: Nothing;
  join: { step: JoinStep };
  waiting: Nothing;
  unlock: Nothing;
  forgotten: Nothing;
}

/** The questions of founding, in their order. */
export type FoundStep = 'commune' | 'villages' | 'person' | 'relay' | 'passphrase';
/** The questions of joining, in their order. */
export type JoinStep = 'slip' | 'passphrase';

export interface Screens extends Places, Bare {
  // the commune
  village: { number: number };
  villages: Nothing;
  villageHistory: { number: number };
  villageAct: { number: number; what: VillageAct };
  villageActCheck: { input: VillageActInput };
  villageShared: { number: number };
  // today
  due: Nothing;
  drafts: Nothing;

  // record
  form: FormTold;
  record: { key: string; reason?: string };
  photo: { photo: PhotoRow; of: { key: string } | { draft: string } };
  voiding: { key: string; sub: string | null; title: string };
  moving: { key: string };
  cards: { team: string };
  merge: { kept: string; other: string };
  late: Nothing;
  closings: Nothing;
  closing: { id: string };
  leaveLate: { id: string; title: string; why: string };
  mergeWith: { key: string; kind: string; title: string };
  list: { card: KindCard; place?: string };
  stack: { place?: string };
  accounts: Nothing;

  // plans
  renew: { plan: string };
  duties: { plan: string };
  renewTasks: { renewal: Renewal };

  // what the commune sets
  matters: Nothing;
  matter: { matter: string };
  choices: Nothing;
  choiceField: { of: string };
  gaps: Nothing;
  daysOff: Nothing;
  matterCheck: { entry: Entry; check: MatterCheck };

  // tables of others
  import: { kind: string; place?: string };
  exportList: { what: TakenOut };

  // telling the police; a tip that was sealed has an id alone
  telling: { sealed?: boolean };
  sealing: { entry: Entry; check: TipCheck };
  sendTip: { tip: string };

  // review
  review: Nothing;
  question: { id: string };

  // the courier file
  courierOut: Nothing;
  courierIn: Nothing;

  // settings
  settings: Nothing;
  helperFile: Nothing;
  about: Nothing;
  discardPractice: Nothing;

  // people and devices; a person is named by one of their devices
  deviceOwner: { device: string };
  newRole: { device: string };
  newRoleCheck: { input: RoleInput };
  endDevice: { device: string; what: string; person: string; short: string };
  lost: { device: string };
  asides: Nothing;
  writeAgain: { row: AsideRow };
  unchosen: Nothing;
  undoDevice: { device: string; who: string };
  recover: Nothing;
  readByPaper: { years: readonly number[] };
  invite: Nothing;
  invitation: { id: string };
  takeRequest: Nothing;
  relays: Nothing;
  readingKey: { compartment: string; year: number; label: string };
  enterKey: Nothing;
}

/** With what a form begins. */
export interface FormTold {
  kind: string;
  /** The record that is changed. */
  key?: string;
  /** The draft that is gone on with. */
  draft?: string;
  /** What is known already: by field. */
  values?: Record<string, string>;
  /** `village:3`. */
  place?: string;
  /** Why a record of care or tips is opened for a change. */
  reason?: string;
  /** The one before was just saved: the cursor goes into the first field. */
  next?: boolean;
  /** Written in between for another form, which is told what was written. */
  written?: (row: PickRow, saved: SavedAct) => void;
}

export type ScreenName = keyof Screens;

/** Screens that stand without the frame, whether a book is open or not. */
export const bare: ReadonlySet<ScreenName> = new Set<ScreenName>([
  'nothing',
  'language',
  'start',
  'found',
  'sheet',
  'join',
  'waiting',
  'unlock',
  'forgotten',
] satisfies (keyof Bare)[]);
