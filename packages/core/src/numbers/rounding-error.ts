/** What rounding cost a tensor. */
export interface RoundingError {
  /** The largest difference of an element. */
  readonly largest: number;
  /** The root of the sum of squared differences, as a share of that of the values. */
  readonly relative: number;
}

/** How far rounded values are off, as many as there are values. */
export function roundingError(values: Float32Array, rounded: Float32Array): RoundingError {
  let [largest, missed, energy] = [0, 0, 0];
  for (let i = 0; i < values.length; i += 1) {
    const off = Math.abs(values[i]! - rounded[i]!);
    largest = Math.max(largest, off);
    missed += off * off;
    energy += values[i]! * values[i]!;
  }
  return { largest, relative: energy === 0 ? 0 : Math.sqrt(missed / energy) };
}
