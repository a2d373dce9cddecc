import type { Pooling } from '@synaprune/core';

const INFINITY = 0x7f800000;

/**
 * The score of a block from the magnitudes of its elements: the exact mean, the largest, or the exact L2 norm, rounded
 * towards zero to a float32. Whole numbers throughout, and a search of every bit pattern there is: whether a float is
 * at most the exact value is a comparison of whole numbers, and of those that are the largest is the answer.
 */
export function pooledMagnitude(magnitudes: readonly number[], pooling: Pooling): number {
  const largest = magnitudes.reduce((most, magnitude) => Math.max(most, magnitude), 0);
  if (largest > INFINITY) return 0x7fc00000;
  // What is alone is its own mean and norm.
  if (largest === INFINITY || pooling === 'max' || magnitudes.length === 1) return largest;
  const sum = magnitudes.reduce((all, magnitude) => all + term(wholeOf(magnitude), pooling), 0n);
  const parts = pooling === 'mean' ? BigInt(magnitudes.length) : 1n;
  let [reached, missed] = [0, INFINITY];
  while (missed - reached > 1) {
    const middle = Math.floor((reached + missed) / 2);
    if (term(wholeOf(middle), pooling) * parts <= sum) reached = middle;
    else missed = middle;
  }
  return reached;
}

function term(value: bigint, pooling: Pooling): bigint {
  return pooling === 'l2' ? value * value : value;
}

/** How many times the smallest float32 above zero, 2⁻¹⁴⁹, a finite magnitude is. */
function wholeOf(magnitude: number): bigint {
  const exponent = Math.floor(magnitude / 2 ** 23);
  const fraction = BigInt(magnitude % 2 ** 23);
  return exponent === 0 ? fraction : (fraction + 2n ** 23n) << BigInt(exponent - 1);
}
