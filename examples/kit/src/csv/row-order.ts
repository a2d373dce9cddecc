import { badData } from '../bad-data.js';
import type { SheetDates } from './find-dates.js';

/** Which rows of a sheet are used, in the order of time. */
export interface RowOrder {
  /** Rows of the sheet. */
  readonly rows: Int32Array;
  readonly times: Float64Array;
  readonly remarks: readonly string[];
}

/**
 * Puts rows in the order of time. Rows without a date and further rows of a date already seen are left out, and
 * that is said.
 *
 * @throws PruneError `bad-data` when more than a fifth of the rows share their date with another one
 */
export function orderRows(path: string, { times, columns }: SheetDates): RowOrder {
  const remarks: string[] = [];
  const dated = Int32Array.from(times.keys()).filter((row) => !Number.isNaN(times[row]!));
  const undated = times.length - dated.length;
  if (undated > 0) remarks.push(`${rowsOf(undated)} without a date in ${columns[0]} left out`);
  const steps = countSteps(
    dated.map((_, i) => i),
    (i) => times[dated[i]!]!,
  );
  if (steps.forward === 0 && steps.backward > 0)
    remarks.push('the newest row stands first; rows turned round');
  else if (steps.backward > 0) {
    remarks.push(`dates run backwards ${steps.backward} times; rows sorted by ${columns.join(' and ')}`);
  }
  const sorted = steps.backward > 0 ? dated.sort((a, b) => times[a]! - times[b]! || a - b) : dated;
  const rows = sorted.filter((row, i) => i === 0 || times[row] !== times[sorted[i - 1]!]);
  const twice = sorted.length - rows.length;
  if (twice > 0.2 * sorted.length) {
    throw badData(
      `${path} needs one row for each date, got ${twice} of ${sorted.length} rows with the date of another row; ` +
        'keep the rows of one series only',
    );
  }
  if (twice > 0) remarks.push(`${rowsOf(twice)} with the same date as the row before left out`);
  return { rows, times: Float64Array.from(rows, (row) => times[row]!), remarks };
}

function countSteps(order: Int32Array, timeOf: (i: number) => number): { forward: number; backward: number } {
  let [forward, backward] = [0, 0];
  for (const i of order.subarray(1)) {
    if (timeOf(i) > timeOf(i - 1)) forward += 1;
    else if (timeOf(i) < timeOf(i - 1)) backward += 1;
  }
  return { forward, backward };
}

function rowsOf(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}
