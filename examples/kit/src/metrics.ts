/** Errors of a list of forecasts, in the unit of the values. */
export interface Errors {
  /** Mean absolute error: `Σ|forecast − truth| / n`. */
  readonly mae: number;
  /** Root of the mean squared error: `√(Σ(forecast − truth)² / n)`. */
  readonly rmse: number;
}

/** MAE and RMSE over the pairs where both are numbers; NaN when there is no such pair. */
export function errorsOf(forecast: ArrayLike<number>, truth: ArrayLike<number>): Errors {
  let [absolute, squared, count] = [0, 0, 0];
  for (let i = 0; i < truth.length; i += 1) {
    const error = forecast[i]! - truth[i]!;
    if (Number.isNaN(error)) continue;
    absolute += Math.abs(error);
    squared += error * error;
    count += 1;
  }
  return { mae: absolute / count, rmse: Math.sqrt(squared / count) };
}

/** Mean of a list. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (n − 1); 0 for a single value. */
export function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Mean of paired differences with its 95 % interval by Student's t; the interval is `null` for one pair. */
export interface PairedDifference {
  readonly mean: number;
  readonly interval: readonly [number, number] | null;
}

/** How much `values` differ from `reference`, pair by pair: the same seed on both sides. */
export function pairedDifference(values: readonly number[], reference: readonly number[]): PairedDifference {
  const differences = values.map((value, i) => value - reference[i]!);
  const mean = meanOf(differences);
  if (differences.length < 2) return { mean, interval: null };
  const t = T_975[differences.length - 2] ?? 1.96;
  const half = (t * deviationOf(differences)) / Math.sqrt(differences.length);
  return { mean, interval: [mean - half, mean + half] };
}
