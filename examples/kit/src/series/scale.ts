import type { Span } from './split.js';

/** An affine scale: `(value − centre) / size`. */
export interface Scale {
  readonly centre: number;
  readonly size: number;
}

/** Mean and standard deviation of the values in one span, missing ones left out. */
export function fitScale(values: Float64Array, { from, to }: Span): Scale {
  const seen = values.subarray(from, to).filter((value) => !Number.isNaN(value));
  const centre = mean(seen);
  const size = Math.sqrt(mean(seen.map((value) => (value - centre) ** 2)));
  return { centre, size };
}

/** Difference from `lag` rows before; the first rows have none and are NaN. */
export function differences(values: Float64Array, lag: number): Float64Array {
  return values.map((value, row) => (row < lag ? Number.NaN : value - values[row - lag]!));
}

/** `√(Σ value² / n)`, missing ones left out. */
export function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(mean(values.filter((value) => !Number.isNaN(value)).map((value) => value ** 2)));
}

/** `Σ |value| / n`, missing ones left out. */
export function meanAbsolute(values: Float64Array): number {
  return mean(values.filter((value) => !Number.isNaN(value)).map(Math.abs));
}

/** The values on the scale. */
export function applyScale(values: Float64Array, { centre, size }: Scale): Float64Array {
  return values.map((value) => (value - centre) / size);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
