// Rows of a list as they are put together from parts.
import type { ListRow } from '$lib/generated/types';

/** What stands there, and after it what is new; a row that moved between two parts stands once. */
export function joined(rows: readonly ListRow[], more: readonly ListRow[]): ListRow[] {
  const known = new Set(rows.map((row) => row.key));
  return [...rows, ...more.filter((row) => !known.has(row.key))];
}

/** The rows as they are now, each in its place. */
export function renewed(rows: readonly ListRow[], now: readonly ListRow[]): ListRow[] {
  const byKey = new Map(now.map((row) => [row.key, row]));
  return rows.map((row) => byKey.get(row.key) ?? row);
}
