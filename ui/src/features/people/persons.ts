// What a list says of a person in one line: which devices, when heard, in which state.
import type { PersonRow, RowState } from '../../lib/generated/types';
import { showNumber } from '../../lib/format';

/** `Điện thoại`, `2 Máy tính`, `Điện thoại, Máy tính`. */
export function devicesOf(person: PersonRow): string {
  const counts: Record<string, number> = {};
  for (const device of person.devices) counts[device.what] = (counts[device.what] ?? 0) + 1;
  return Object.entries(counts)
    .map(([what, count]) => (count === 1 ? what : `${showNumber(count)} × ${what}`))
    .join(', ');
}

/** When anything of the person last came. */
export function seenOf(person: PersonRow): number | undefined {
  const seen = person.devices.flatMap((device) => (device.seen === null ? [] : [device.seen]));
  return seen.length === 0 ? undefined : Math.max(...seen);
}

/** The state of the device that was heard from last; of those in use before those that are ended. */
export function stateOf(person: PersonRow): RowState | undefined {
  const order = [...person.devices].sort(
    (a, b) => Number(a.ended) - Number(b.ended) || (b.seen ?? 0) - (a.seen ?? 0),
  );
  return order[0]?.state;
}
