import { basename } from 'node:path';
import type { Series } from '../series/series.js';
import { cleanColumns } from './clean-columns.js';
import type { CsvRequest } from './csv-request.js';
import { findDates } from './find-dates.js';
import { rhythmOf } from './rhythm.js';
import { orderRows } from './row-order.js';
import { readSheet, type Sheet } from './sheet.js';

/** A series and what was put right or left out on the way, for people. */
export interface ReadSeries {
  readonly series: Series;
  readonly remarks: readonly string[];
}

/**
 * A series from any CSV file: comma, semicolon, tab or bar; decimal comma or point, thousands apart or not; dates
 * in one column, in two, in parts, or none; rows in any order. Other columns of numbers become inputs; dates order
 * the rows. Values are NaN where one is missing.
 *
 * @throws PruneError `bad-data` when the file cannot be read, or the target is no column of numbers that changes
 */
export function readCsv(path: string, request: CsvRequest): ReadSeries {
  return seriesOf(path, readSheet(path, request.inside), request);
}

/** {@link readCsv} for a sheet at hand. */
export function seriesOf(path: string, sheet: Sheet, request: CsvRequest): ReadSeries {
  const dates = findDates(sheet);
  const order =
    dates === null
      ? {
          rows: Int32Array.from({ length: sheet.rows }, (_, row) => row),
          times: null,
          remarks: ['no column of dates: rows are taken in the order of the file'],
        }
      : orderRows(path, dates);
  const rhythm = order.times === null ? null : rhythmOf(order.times);
  const { columns, remarks } = cleanColumns(path, sheet, order.rows, dates?.columns ?? [], request);
  return {
    series: {
      name: basename(path),
      step: rhythm?.step ?? 'row',
      unit: '',
      provenance: `from the file ${basename(path)}`,
      licence: 'unknown: a file given by its path',
      columns,
      dates: order.times,
      season: rhythm?.season ?? null,
      inputs: 'levels',
      ignored: [],
    },
    remarks: [
      ...sheet.remarks,
      ...(dates?.remarks ?? []),
      ...order.remarks,
      ...(rhythm?.remarks ?? []),
      ...remarks,
    ],
  };
}
