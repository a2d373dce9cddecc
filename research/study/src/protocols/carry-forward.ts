import type { Split } from '@synaprune/examples-kit/series/split';

/**
 * Bridges gaps of up to `longest` rows with the last value known before, which is all that anyone could do at the
 * time. Of a longer gap the first `longest` rows are bridged. No value is carried from one part into the next.
 *
 * @returns a copy
 */
export function carryForward(
  values: Float64Array,
  { train, validation, test }: Split,
  longest: number,
): Float64Array {
  const bridged = values.slice();
  for (const { from, to } of [train, validation, test]) {
    let age = Number.POSITIVE_INFINITY;
    for (let row = from; row < to; row += 1) {
      age = Number.isNaN(values[row]!) ? age + 1 : 0;
      if (age > 0 && age <= longest) bridged[row] = bridged[row - 1]!;
    }
  }
  return bridged;
}
