import type { Series } from '../series.js';

/** A series of the given values, without dates unless given. */
export function toySeries(values: readonly number[], rest: Partial<Series> = {}): Series {
  return {
    name: 'toy',
    step: 'row',
    unit: 'units',
    provenance: 'made up',
    licence: 'none',
    columns: [{ name: 'value', values: Float64Array.from(values) }],
    dates: null,
    season: null,
    inputs: 'levels',
    ignored: [],
    ...rest,
  };
}
