import type { Pooling } from './backend.js';
import { floatOfMagnitude, INFINITY_MAGNITUDE, magnitudeOf, QUIET_NAN_MAGNITUDE } from './magnitude.js';

/** Largest finite float32, as a magnitude. */
const LARGEST_FINITE = INFINITY_MAGNITUDE - 1;

/**
 * The score of a block: the mean of its elements' magnitudes, the largest of them, or their L2 norm (the root of the
 * sum of squares), as the magnitude of a float32.
 *
 * The value is the exact real one, rounded towards zero. It is a property of the numbers and not of the order in which
 * they are added, so that every device can give the same bits. A NaN makes the quiet NaN, which is never dropped first;
 * else an infinity makes infinity; what exceeds the largest float32 is the largest float32.
 *
 * @param magnitudes integers in [0, 0x7fffffff], as {@link magnitudeOf} gives them; at least one
 * @param count how many of them, from the first on, 1 to 2²⁹; all unless told. Nothing of it is checked, since it is
 *   called for every block
 * @returns an integer in [0, 0x7fc00000]
 *
 * @example
 * ```ts
 * import { floatOfMagnitude, magnitudeOf, poolMagnitudes } from '@synaprune/core';
 *
 * const magnitudes = [3, -4].map(magnitudeOf);
 * console.log(floatOfMagnitude(poolMagnitudes(magnitudes, 'mean'))); // 3.5
 * console.log(floatOfMagnitude(poolMagnitudes(magnitudes, 'l2'))); // 5
 * ```
 */
export function poolMagnitudes(
  magnitudes: ArrayLike<number>,
  pooling: Pooling,
  count: number = magnitudes.length,
): number {
  let largest = 0;
  for (let i = 0; i < count; i += 1) largest = Math.max(largest, magnitudes[i]!);
  if (largest > INFINITY_MAGNITUDE) return QUIET_NAN_MAGNITUDE;
  if (pooling === 'max' || largest === INFINITY_MAGNITUDE || largest === 0 || count === 1) return largest;
  const squared = pooling === 'l2';
  // A float64 holds each term exactly. What adding them loses is added up beside it, and its own error is bounded.
  let sum = 0;
  let lost = 0;
  let isExact = true;
  for (let i = 0; i < count; i += 1) {
    const value = floatOfMagnitude(magnitudes[i]!);
    const term = squared ? value * value : value;
    const next = sum + term;
    const error = sum >= term ? term - (next - sum) : sum - (next - term);
    // What was lost may cancel out while what adding it lost does not.
    if (error !== 0) isExact = false;
    lost += error;
    sum = next;
  }
  const doubt = isExact ? 0 : count * count * 2 ** -105 * sum;
  let exact: bigint | undefined;
  /** Whether a result of this magnitude is no more than the exact one. Both of its sides are exact in float64. */
  const isReached = (magnitude: number): boolean => {
    const value = floatOfMagnitude(magnitude);
    const distance = sum - (squared ? value * value : value * count) + lost;
    if (Math.abs(distance) > doubt || doubt === 0) return distance >= 0;
    exact ??= exactSum(magnitudes, count, squared);
    return (squared ? fixed(magnitude) ** 2n : fixed(magnitude) * BigInt(count)) <= exact;
  };
  let result = Math.min(LARGEST_FINITE, magnitudeOf(squared ? Math.sqrt(sum) : sum / count));
  while (!isReached(result)) result -= 1;
  while (result < LARGEST_FINITE && isReached(result + 1)) result += 1;
  return result;
}

function exactSum(magnitudes: ArrayLike<number>, count: number, squared: boolean): bigint {
  let sum = 0n;
  for (let i = 0; i < count; i += 1) {
    const value = fixed(magnitudes[i]!);
    sum += squared ? value * value : value;
  }
  return sum;
}

/** A finite magnitude in units of the smallest float32, 2⁻¹⁴⁹. */
function fixed(magnitude: number): bigint {
  const exponent = magnitude >>> 23;
  const fraction = magnitude & 0x7fffff;
  return exponent === 0 ? BigInt(fraction) : BigInt(fraction | 0x800000) << BigInt(exponent - 1);
}
