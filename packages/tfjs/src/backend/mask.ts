import { packedLength } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';

/** The mask of one weight. Owned by the backend that made it; its tensor changes with every update. */
export interface TfjsMask {
  readonly shape: readonly number[];
  /** Bool, of the weight's shape, true where kept. Not to be disposed by others. */
  readonly kept: tf.Tensor;
}

/** A {@link TfjsMask} as the backend itself sees it. */
export interface OwnedMask extends TfjsMask {
  kept: tf.Tensor;
}

/** A new mask with every element kept. */
export function createOwnedMask(shape: readonly number[]): OwnedMask {
  return { shape: [...shape], kept: tf.keep(tf.ones([...shape], 'bool')) };
}

/** Puts another tensor in a mask's place; it outlives the tidy it was made in. */
export function replaceKept(mask: OwnedMask, kept: tf.Tensor): void {
  mask.kept.dispose();
  mask.kept = tf.keep(kept);
}

/** Truth values as packed bits: bit `i % 8` of byte `i >> 3`. */
export function packBits(flags: ArrayLike<number>): Uint8Array {
  const packed = new Uint8Array(packedLength(flags.length));
  for (let i = 0; i < flags.length; i += 1) {
    if (flags[i] !== 0) packed[i >> 3]! |= 1 << (i % 8);
  }
  return packed;
}

/** Packed bits as one byte an element, 0 or 1. */
export function unpackBits(packed: Uint8Array, elements: number): Uint8Array {
  return Uint8Array.from({ length: elements }, (_, i) => (packed[i >> 3]! >> (i % 8)) & 1);
}
