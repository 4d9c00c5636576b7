// A chart as the core tells it, as the chart component wants it.
import type { ComponentProps } from 'svelte';
import type Chart from '$lib/components/Chart.svelte';
import { showNumber } from '$lib/format';
import type { ChartSeries } from '$lib/generated/types';
import { m } from '$lib/paraglide/messages';

/** A course over time is a line; of a single point in time there are only bars. */
export function chartOf(told: ChartSeries): ComponentProps<typeof Chart> {
  const share = told.unit === '%';
  return {
    kind: told.at.length > 1 ? 'line' : 'bar',
    finding: told.title,
    // The finding names unit and period; a unit that stands at every figure need not be said again.
    about: share ? '' : told.unit,
    labelled: m.commune_when(),
    labels: told.at,
    series: told.lines,
    show: (value) => (share ? `${showNumber(value, 1)}\u00a0%` : showNumber(value)),
    axis: (value) => (share ? `${showNumber(value)}\u00a0%` : showNumber(value)),
    ...(share ? { most: 100 } : {}),
  };
}
