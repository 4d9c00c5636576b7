// The screens of the app by name, and what each needs to be told. `App.svelte` says which component draws which.

/** Nothing to be told. */
type Nothing = Record<never, never>;

export interface Screens {
  today: Nothing;
  households: Nothing;
  books: Nothing;
  sync: Nothing;
  help: Nothing;
}

export type ScreenName = keyof Screens;
