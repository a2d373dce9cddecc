import type { Awaitable } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import { type Device, settle } from './device.js';

/**
 * Most flags added up on the device. A float32 counts exactly up to 2²⁴, and a piece stays below that by a
 * factor that no order of adding can use up.
 */
export const PIECE: number = 2 ** 22;

/** A function that makes a flag for each element, or `undefined` where all are false. */
export type FlagMaker = () => tf.Tensor1D | undefined;

/**
 * How many flags are true, piece by piece: `[maker][piece]`, none for a maker of nothing. All makers are
 * answered by one read of one small tensor.
 */
export function countInPieces(device: Device, makers: readonly FlagMaker[]): Awaitable<number[][]> {
  const pieces: number[] = [];
  const counts = tf.tidy(() => {
    const sums = makers.flatMap((make) => {
      // Tidied one by one, so that only one maker's flags are alive at a time.
      const some = tf.tidy(() => sumPieces(make()));
      pieces.push(some.length);
      return some;
    });
    return sums.length === 0 ? undefined : tf.keep(tf.stack(sums));
  });
  if (counts === undefined) return makers.map(() => []);
  return settle(device.take(counts), (values) => {
    let at = 0;
    return pieces.map((length) => {
      at += length;
      return [...values.slice(at - length, at)];
    });
  });
}

/**
 * All elements in one row. A function of its own because `tensor.flatten()` is there only where somebody registered
 * tfjs's chained operations, which `@tensorflow/tfjs-core` by itself does not.
 */
export function flatten(tensor: tf.Tensor): tf.Tensor1D {
  return tf.reshape(tensor, [tensor.size]);
}

/** Parts of a flat tensor of at most {@link PIECE} elements each; the tensor itself where it is small. */
export function splitPieces<Flat extends tf.Tensor1D>(flat: Flat): tf.Tensor1D[] {
  if (flat.size <= PIECE) return [flat];
  return Array.from({ length: Math.ceil(flat.size / PIECE) }, (_, i) =>
    tf.slice1d(flat, i * PIECE, Math.min(PIECE, flat.size - i * PIECE)),
  );
}

/** The sum of whole counts, in float64. */
export function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function sumPieces(flags: tf.Tensor1D | undefined): tf.Scalar[] {
  // Added as float32, because an int32 sum leaves the device in tfjs-node.
  return flags === undefined
    ? []
    : splitPieces(flags).map((piece) => tf.sum(tf.cast(piece, 'float32')) as tf.Scalar);
}
