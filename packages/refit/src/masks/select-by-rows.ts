import { elementBudget, packedLength } from '@synaprune/core';

/**
 * Of every row the lowest scores, ties in the order of their index: rows lose alike up to one element, and together as
 * many as were asked for. What core's selection gives of single weights, without a pruner of hundreds of weights.
 *
 * @param scores finite and not below 0, `[rows, features]`
 */
export function selectByRows(scores: Float32Array, features: number, sparsity: number): Uint8Array {
  const bits = new Uint8Array(packedLength(scores.length)).fill(255);
  if (scores.length % 8 > 0) bits[bits.length - 1] = (1 << (scores.length % 8)) - 1;
  // Patterns of floats that are not below 0 are in the order of the floats.
  const patterns = new Int32Array(scores.buffer, scores.byteOffset, scores.length);
  const sorted = new Int32Array(features);
  let gone = 0;
  for (let from = 0; from < scores.length; from += features) {
    const until = elementBudget(sparsity, from + features);
    const count = until - gone;
    gone = until;
    if (count === 0) continue;
    sorted.set(patterns.subarray(from, from + features));
    sorted.sort();
    const cut = sorted[count - 1]!;
    let ties = 0;
    while (ties < count && sorted[count - 1 - ties] === cut) ties += 1;
    for (let i = from; i < from + features; i += 1) {
      const pattern = patterns[i]!;
      if (pattern > cut || (pattern === cut && ties === 0)) continue;
      if (pattern === cut) ties -= 1;
      bits[i >> 3]! &= ~(1 << (i & 7));
    }
  }
  return bits;
}
