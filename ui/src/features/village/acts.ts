// What can happen to a village, in the order of the page.
import { m } from '$lib/paraglide/messages';

export const acts = ['rename', 'merge', 'split', 'dissolve', 'leave'] as const;

export type VillageAct = (typeof acts)[number];

/** What an act is called, and what it means. */
export const says: Record<VillageAct, { name: () => string; means: () => string }> = {
  rename: { name: m.villages_rename, means: m.villages_rename_means },
  merge: { name: m.villages_merge, means: m.villages_merge_means },
  split: { name: m.villages_split, means: m.villages_split_means },
  dissolve: { name: m.villages_dissolve, means: m.villages_dissolve_means },
  leave: { name: m.villages_leave, means: m.villages_leave_means },
};
