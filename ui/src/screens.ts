// The screens of the app by name, and what each needs to be told. `drawn.ts` says which component draws which.
import type { FramePlace } from './lib/generated/types';

/** Nothing to be told. */
type Nothing = Record<never, never>;

/** The places of the bar; each is a screen. Help knows the screen that one came from. */
type Places = { [P in Exclude<FramePlace, 'help'>]: Nothing } & { help: { from?: string } };

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
  // settings
  settings: Nothing;
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
