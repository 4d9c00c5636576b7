// What a chart needs besides its library: marks that differ in grey, and names that do not cover one another.

/** Dashes by series; the first is a full line. */
export const dashes: readonly (string | undefined)[] = [undefined, '9 5', '2 6', '14 5 3 5'];

/** A marker by series: circle, square, triangle, diamond. */
export function marker(series: number, x: number, y: number): string {
  const at = (dx: number, dy: number): string => `${String(x + dx)} ${String(y + dy)}`;
  switch (series) {
    case 0:
      return `M${at(-6, 0)}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z`;
    case 1:
      return `M${at(-6, -6)}h12v12h-12Z`;
    case 2:
      return `M${at(0, -7.5)}L${at(7.5, 5.5)}H${String(x - 7.5)}Z`;
    default:
      return `M${at(0, -8)}L${at(8, 0)}L${at(0, 8)}L${at(-8, 0)}Z`;
  }
}

/** The width of a band; 0 of a scale that has none. */
export function bandwidth(scale: { bandwidth?: () => number }): number {
  return scale.bandwidth?.() ?? 0;
}

/** A round end of the scale that holds every figure. */
export function reach(series: readonly { values: readonly (number | null)[] }[]): number {
  const most = Math.max(1, ...series.flatMap((line) => line.values.map((value) => value ?? 0)));
  const power = 10 ** Math.floor(Math.log10(most));
  return Math.ceil((most * 2) / power) * (power / 2);
}

/** Where the names at the lines' ends stand: beside the end, but never closer to one another than `gap`. */
export function apart(
  series: readonly { name: string; values: readonly (number | null)[] }[],
  y: (value: number) => number,
  gap: number,
): { at: number; name: string; value: number; y: number }[] {
  const ends = series
    .flatMap((line, at) => {
      const value = line.values.findLast((each) => each !== null);
      return typeof value === 'number' ? [{ at, name: line.name, value, y: y(value) }] : [];
    })
    .sort((a, b) => a.y - b.y);
  let least = -Infinity;
  for (const end of ends) {
    end.y = Math.max(end.y, least);
    least = end.y + gap;
  }
  return ends;
}
