// The places of the bar as the core names them for a person: their words, icons and groups.
import type { Place } from './lib/components/Frame.svelte';
import type { FramePlace } from './lib/generated/types';
import type { IconName } from './lib/icons';
import { m } from './lib/paraglide/messages';

const looks: Record<FramePlace, { word: () => string; icon: IconName }> = {
  today: { word: m.place_today, icon: 'today' },
  households: { word: m.place_households, icon: 'households' },
  books: { word: m.place_books, icon: 'books' },
  commune: { word: m.place_commune, icon: 'commune' },
  tasks: { word: m.place_plan, icon: 'plan' },
  care: { word: m.place_people, icon: 'people' },
  tips: { word: m.place_tips, icon: 'tips' },
  people: { word: m.place_devices, icon: 'devices' },
  exchange: { word: m.place_sync, icon: 'sync' },
  help: { word: m.place_help, icon: 'help' },
};

/** Those of every village; what else there is stands between them, in a group of its own. */
const plain: ReadonlySet<FramePlace> = new Set(['today', 'households', 'books', 'exchange', 'help']);

/** The places of a person, in the order of the core. */
export function placesOf(names: readonly FramePlace[]): (Place & { id: FramePlace })[] {
  return names.map((id, at) => {
    const before = names[at - 1];
    const startsGroup = before !== undefined && plain.has(before) !== plain.has(id);
    return { id, word: looks[id].word(), icon: looks[id].icon, ...(startsGroup ? { startsGroup } : {}) };
  });
}
