import { PruneError, packedLength } from '@synaprune/core';

/**
 * A weight in main memory: bare values, or values with a shape. The values are pruned in place and stay the
 * caller's; they may be a view into any buffer, shared or a `WebAssembly.Memory`'s. Weights of one pruner must
 * not overlap.
 */
export type HostWeight = Float32Array | { readonly values: Float32Array; readonly shape: readonly number[] };

/**
 * One bit an element, 1 for kept: bit `i % 32` of word `i >> 5`. The unused bits of the last word are 0. Words
 * are signed because a JavaScript engine keeps those in registers.
 */
export interface HostMask {
  readonly words: Int32Array;
  readonly elements: number;
}

/** The live values of a weight. */
export function valuesOf(weight: HostWeight): Float32Array {
  return weight instanceof Float32Array ? weight : weight.values;
}

/** @throws PruneError `weight-changed` when the values do not fill the shape */
export function shapeOf(weight: HostWeight): readonly number[] {
  if (weight instanceof Float32Array) return [weight.length];
  if (!(weight?.values instanceof Float32Array) || !Array.isArray(weight.shape)) {
    throw new TypeError('a host weight is a Float32Array or { values: Float32Array, shape }');
  }
  const elements = weight.shape.reduce((product, edge) => product * edge, 1);
  if (elements !== weight.values.length) {
    throw new PruneError(
      'weight-changed',
      `a weight of shape [${weight.shape}] needs ${elements} values, got ${weight.values.length}`,
    );
  }
  return weight.shape;
}

/** A mask that keeps every element. */
export function fullMask(elements: number): HostMask {
  const words = new Int32Array(Math.ceil(elements / 32)).fill(-1);
  if (elements % 32 > 0) words[words.length - 1] = ~(-1 << (elements % 32));
  return { words, elements };
}

/** A mask as packed bytes, in the order every backend shares. */
export function packMask({ words, elements }: HostMask): Uint8Array {
  const packed = new Uint8Array(packedLength(elements));
  for (let i = 0; i < packed.length; i += 1) packed[i] = words[i >> 2]! >>> (8 * (i & 3));
  return packed;
}

/** @throws RangeError when `packed` has another length than the mask needs, or bits beyond its elements */
export function unpackMask({ words, elements }: HostMask, packed: Uint8Array): void {
  const needed = packedLength(elements);
  if (packed.length !== needed) {
    throw new RangeError(`a mask of ${elements} elements needs ${needed} bytes, got ${packed.length}`);
  }
  if (elements % 8 > 0 && packed[needed - 1]! >> (elements % 8) !== 0) {
    throw new RangeError(`a mask of ${elements} elements has bits beyond them in its last byte`);
  }
  words.fill(0);
  for (let i = 0; i < needed; i += 1) words[i >> 2]! |= packed[i]! << (8 * (i & 3));
}
