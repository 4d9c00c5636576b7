// In which order the villages stand in the merged table.
import type { FigureRow } from '$lib/generated/types';

/** The order of the list of villages, or the lowest figure of a column first. */
export type Order = { by: 'village' } | { by: 'lowest'; column: string };

/**
 * The rows in an order. What is no village (the units together) stays last, and so does a village without a figure:
 * nothing is known to be low there. Equal ones keep the order of the villages.
 */
export function inOrder(
  rows: readonly FigureRow[],
  columns: readonly { id: string }[],
  order: Order,
): FigureRow[] {
  if (order.by === 'village') return [...rows];
  const at = columns.findIndex((column) => column.id === order.column);
  const figure = (row: FigureRow): number | null => {
    const cell = row.cells[at];
    // Of a share its per cent are compared, not how many there are.
    return cell?.percent ?? cell?.value ?? null;
  };
  const rank = (row: FigureRow): number => {
    if (row.place === null) return 2;
    return figure(row) === null ? 1 : 0;
  };
  return [...rows].sort((a, b) => rank(a) - rank(b) || (figure(a) ?? 0) - (figure(b) ?? 0));
}

/** The rows in which a figure is not what it was: what arrived while one looked. */
export function changed(before: readonly FigureRow[], after: readonly FigureRow[]): Set<string> {
  const shown = (row: FigureRow): string => JSON.stringify(row.cells.map((cell) => cell.shown));
  const old = new Map(before.map((row) => [row.name, shown(row)]));
  return new Set(after.filter((row) => old.get(row.name) !== shown(row)).map((row) => row.name));
}
