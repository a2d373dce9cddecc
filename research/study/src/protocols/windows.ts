import type { Part } from '../task.js';

/** Rows of a series as a model sees them, and what is to be forecast, all by row of the series. */
export interface Rows {
  /** [rows, features]: what a window shows of a row. NaN where a value is missing. */
  readonly matrix: Float32Array;
  readonly features: number;
  /** [rows, channels], on the scale of the matrix. */
  readonly next: Float32Array;
  readonly channels: number;
  readonly truth: Float64Array;
  readonly persistence: Float64Array;
  readonly offset: Float64Array;
  readonly channelOffset: Float64Array;
  readonly outputScale: number;
}

/** The rows in [from, to) that can be forecast from a whole window of the `length` rows before them. */
export function wholeWindows(rows: Rows, from: number, to: number, length: number): Int32Array {
  const { matrix, features, next, channels } = rows;
  const whole: number[] = [];
  let run = 0;
  for (let row = from; row < to; row += 1) {
    const known =
      run >= length &&
      allFinite(next, row * channels, channels) &&
      [rows.truth, rows.persistence, rows.offset, rows.channelOffset].every((values) =>
        Number.isFinite(values[row]!),
      );
    if (known) whole.push(row);
    run = allFinite(matrix, row * features, features) ? run + 1 : 0;
  }
  return Int32Array.from(whole);
}

/** Numbers in all windows of a task together. */
const MOST_NUMBERS = 32e6;

/** Keeps every so many of the rows to forecast that all windows of a task stay within 128 MB. */
export function sparing(windows: number, length: number, features: number) {
  const every = Math.max(1, Math.ceil((windows * length * features) / MOST_NUMBERS));
  return {
    thin: (forecast: Int32Array) => (every === 1 ? forecast : forecast.filter((_, i) => i % every === 0)),
    remarks: every === 1 ? [] : [`one of ${every} windows of each part is used, to spare memory`],
  };
}

/** The windows that forecast the given rows. */
export function cutWindows(rows: Rows, forecast: Int32Array, length: number): Part {
  const { matrix, features, next, channels, truth, outputScale } = rows;
  const inputs = new Float32Array(forecast.length * length * features);
  const nextRow = new Float32Array(forecast.length * channels);
  forecast.forEach((row, i) => {
    inputs.set(matrix.subarray((row - length) * features, row * features), i * length * features);
    nextRow.set(next.subarray(row * channels, (row + 1) * channels), i * channels);
  });
  const at = (values: Float64Array) => Float64Array.from(forecast, (row) => values[row]!);
  return {
    count: forecast.length,
    inputs,
    targets: Float32Array.from(forecast, (row) => (truth[row]! - rows.offset[row]!) / outputScale),
    nextRow,
    truth: at(truth),
    persistence: at(rows.persistence),
    offset: at(rows.offset),
    channelOffset: at(rows.channelOffset),
  };
}

/** Columns side by side: `[rows, columns.length]`. */
export function sideBySide(columns: readonly Float64Array[], rows: number): Float32Array {
  const matrix = new Float32Array(rows * columns.length);
  columns.forEach((values, at) => {
    for (let row = 0; row < rows; row += 1) matrix[row * columns.length + at] = values[row]!;
  });
  return matrix;
}

function allFinite(values: Float32Array, from: number, count: number): boolean {
  for (let i = from; i < from + count; i += 1) if (!Number.isFinite(values[i]!)) return false;
  return true;
}
