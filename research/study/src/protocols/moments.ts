/** An affine scale: `(value − centre) / size`. */
export interface Scale {
  readonly centre: number;
  /** Above 0. */
  readonly size: number;
}

/** Mean and standard deviation (over n) of the values that are not NaN, safe for values near the largest double. */
export function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  const { count, unit } = unitOf(values);
  let sum = 0;
  for (const value of values) if (!Number.isNaN(value)) sum += value / unit;
  const mean = sum / count;
  let squares = 0;
  for (const value of values) if (!Number.isNaN(value)) squares += (value / unit - mean) ** 2;
  return { mean: mean * unit, deviation: Math.sqrt(squares / count) * unit };
}

/** Mean and standard deviation as a scale; `null` when the values do not differ by more than rounding. */
export function scaleOf(values: Float64Array): Scale | null {
  const { mean, deviation } = momentsOf(values);
  return deviation > 1e-12 * Math.abs(mean) ? { centre: mean, size: deviation } : null;
}

/** `√(Σ value² / n)` of the values that are not NaN. */
export function rootMeanSquareOf(values: Float64Array): number {
  const { count, unit } = unitOf(values);
  let squares = 0;
  for (const value of values) if (!Number.isNaN(value)) squares += (value / unit) ** 2;
  return Math.sqrt(squares / count) * unit;
}

/** Squares of large values overflow and those of small ones vanish; in this unit they do neither. */
function unitOf(values: Float64Array): { count: number; unit: number } {
  let [count, most] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count += 1;
    most = Math.max(most, Math.abs(value));
  }
  return { count, unit: most === 0 ? 1 : 2 ** Math.round(Math.log2(most)) };
}
