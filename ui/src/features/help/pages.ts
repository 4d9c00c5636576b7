// What help has to say, page by page, and which page is about which screen. The words stand in one file a language.
import type { Locale } from '../../lib/paraglide/runtime';
import type { ScreenName } from '../../screens';
import { english } from './pages.en';
import { vietnamese } from './pages.vi';

/** The pages, in the order of their list. */
export const pageIds = [
  'start',
  'join',
  'unlock',
  'today',
  'write',
  'books',
  'import',
  'export',
  'household',
  'review',
  'exchange',
  'care',
  'tell',
  'tips',
  'commune',
  'tasks',
  'people',
  'paper',
  'rules',
  'settings',
] as const;

export type PageId = (typeof pageIds)[number];

/** One page: what it is about, what to do one after the other, and what is good to know. */
export interface HelpPage {
  title: string;
  lead: string;
  steps: readonly string[];
  notes: readonly string[];
}

export type HelpPages = Record<PageId, HelpPage>;

const pages: Record<Locale, HelpPages> = { vi: vietnamese, en: english };

export function pageOf(locale: Locale, id: PageId): HelpPage {
  return pages[locale][id];
}

const about: Partial<Record<ScreenName, PageId>> = {
  language: 'start',
  start: 'start',
  found: 'start',
  sheet: 'paper',
  join: 'join',
  waiting: 'join',
  unlock: 'unlock',
  forgotten: 'unlock',
  today: 'today',
  due: 'today',
  drafts: 'write',
  form: 'write',
  voiding: 'write',
  moving: 'write',
  merge: 'review',
  late: 'review',
  closings: 'review',
  closing: 'review',
  leaveLate: 'review',
  mergeWith: 'review',
  households: 'household',
  books: 'books',
  list: 'books',
  import: 'import',
  exportList: 'export',
  record: 'books',
  review: 'review',
  question: 'review',
  commune: 'commune',
  village: 'commune',
  tasks: 'tasks',
  renew: 'tasks',
  duties: 'tasks',
  renewTasks: 'tasks',
  matters: 'rules',
  matter: 'rules',
  choices: 'rules',
  choiceField: 'rules',
  matterCheck: 'rules',
  gaps: 'rules',
  daysOff: 'rules',
  care: 'care',
  cards: 'care',
  telling: 'tell',
  sealing: 'tell',
  sendTip: 'tell',
  tips: 'tips',
  exchange: 'exchange',
  people: 'people',
  deviceOwner: 'people',
  newRole: 'people',
  newRoleCheck: 'people',
  endDevice: 'people',
  lost: 'people',
  asides: 'review',
  writeAgain: 'review',
  unchosen: 'paper',
  undoDevice: 'people',
  recover: 'paper',
  readByPaper: 'paper',
  invite: 'people',
  invitation: 'people',
  takeRequest: 'people',
  relays: 'people',
  readingKey: 'paper',
  enterKey: 'paper',
  settings: 'settings',
  helperFile: 'settings',
  about: 'settings',
  discardPractice: 'settings',
};

/** The page about a screen. */
export function pageAbout(screen: ScreenName | undefined): PageId | undefined {
  return screen && about[screen];
}

/** The picture of a page, where there is one: made from the real screens. */
export function pictureOf(id: PageId): string | undefined {
  return pictures[`./pictures/${id}.png`];
}

const pictures = import.meta.glob<string>('./pictures/*.png', {
  eager: true,
  query: '?url',
  import: 'default',
});
