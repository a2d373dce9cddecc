import type { Series } from '../data/series.js';
import { createRandom } from '../random.js';

/** A short daily series with a week in it, as a CSV text: date, value, other. */
export function toyCsv(rows = 460): string {
  const random = createRandom(1, 'toy');
  const lines = ['date,value,other'];
  for (let row = 0; row < rows; row += 1) {
    const date = new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10);
    const value = 100 + 20 * Math.sin((2 * Math.PI * row) / 7) + 5 * random.normal();
    lines.push(`${date},${value.toFixed(3)},${random.uniform().toFixed(4)}`);
  }
  return `${lines.join('\n')}\n`;
}

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
