import type { Series } from '@synaprune/examples-kit/series/series';
import { identify } from '../identity.js';
import type { LoadedSeries } from '../load-series.js';

/** A loaded series of the given columns, the target first, without dates unless given. */
export function madeUp(
  columns: Readonly<Record<string, readonly number[]>>,
  rest: Partial<Series> = {},
): LoadedSeries {
  const series: Series = {
    name: 'made up',
    step: 'row',
    unit: '',
    provenance: 'made up',
    licence: 'none',
    columns: Object.entries(columns).map(([name, values]) => ({ name, values: Float64Array.from(values) })),
    dates: null,
    season: null,
    inputs: 'levels',
    ignored: [],
    ...rest,
  };
  return { identity: identify('made-up', series), series, inputs: series.inputs, remarks: [] };
}

/** Values of a formula in the row. */
export function rowsOf(count: number, value: (row: number) => number): number[] {
  return Array.from({ length: count }, (_, row) => value(row));
}

/** Something irregular that repeats for the same row: between −1 and 1. */
export function wobble(row: number): number {
  return Math.sin(row * 12.9898) * Math.cos(row * 78.233 + 1);
}
