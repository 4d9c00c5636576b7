// Which component draws which screen. A screen that is named in `screens.ts` and missing here fails the type check.
import type { Component } from 'svelte';
import Start from './features/Start.svelte';
import Help from './features/help/Help.svelte';
import Choose from './features/start/Choose.svelte';
import Found from './features/start/Found.svelte';
import Join from './features/start/Join.svelte';
import Language from './features/start/Language.svelte';
import Nothing from './features/start/Nothing.svelte';
import type { ScreenName, Screens } from './screens';

export const drawn: { [S in ScreenName]: Component<Screens[S]> } = {
  nothing: Nothing,
  language: Language,
  start: Choose,
  found: Found,
  sheet: Start,
  join: Join,
  waiting: Start,
  unlock: Start,
  forgotten: Start,

  today: Start,
  households: Start,
  books: Start,
  commune: Start,
  tasks: Start,
  care: Start,
  tips: Start,
  people: Start,
  exchange: Start,
  help: Help,

  settings: Start,
};
