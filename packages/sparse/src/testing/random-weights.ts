import { packedLength } from '@synaprune/core';

/** Numbers in [−1, 1) that depend on the seed alone. */
export function randomNumbers(length: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

/** Packed bits, of which the share `sparsity` is 0. */
export function randomMask(elements: number, sparsity: number, seed: number): Uint8Array {
  const mask = new Uint8Array(packedLength(elements));
  for (const [i, number] of randomNumbers(elements, seed).entries()) {
    if ((number + 1) / 2 >= sparsity) mask[i >> 3]! |= 1 << (i & 7);
  }
  return mask;
}

/** What is not kept is +0. */
export function maskedValues(values: Float32Array, mask: Uint8Array): Float32Array {
  return values.map((value, i) => ((mask[i >> 3]! >> (i & 7)) & 1 ? value : 0));
}
