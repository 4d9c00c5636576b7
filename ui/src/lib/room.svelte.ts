// How much room there is, counted as the layout counts it: in rem of the set text size (ux.md §5).
import { innerWidth } from 'svelte/reactivity/window';

/** From here on the side bar stands; the same figure as in the styles. */
const WIDE = 56;

export const room = {
  /** Whether there is room for the side bar, and so for tables and long lists. */
  get wide(): boolean {
    const width = innerWidth.current ?? 0;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    return width / rem >= WIDE;
  },
};
