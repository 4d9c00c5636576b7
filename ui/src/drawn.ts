// Which component draws which screen. A screen that is named in `screens.ts` and missing here fails the type check.
import type { Component } from 'svelte';
import Start from './features/Start.svelte';
import type { ScreenName, Screens } from './screens';

export const drawn: { [S in ScreenName]: Component<Screens[S]> } = {
  today: Start,
  households: Start,
  books: Start,
  sync: Start,
  help: Start,
};
