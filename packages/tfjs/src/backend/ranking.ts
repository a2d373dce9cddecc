import {
  floatOfMagnitude,
  INFINITY_MAGNITUDE,
  type Item,
  QUIET_NAN_MAGNITUDE,
  randomMagnitude,
  SMALLEST_NORMAL_MAGNITUDE,
} from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import { flatten, PIECE } from './counts.js';
import type { Device } from './device.js';
import type { TfjsMask } from './mask.js';

type TfjsItem = Item<tf.Variable, TfjsMask>;

/** What items rank by, flat, one after the other. The comparisons are float comparisons, so NaN is kept apart. */
export interface RankTensors {
  readonly kept: tf.Tensor1D;
  /** Magnitudes of the kept elements that are no NaN; infinity for all others. */
  readonly magnitudes: tf.Tensor1D;
  /** Kept elements whose score is NaN. */
  readonly nans: tf.Tensor1D;
}

/**
 * Neighbours together, as long as they make no more than one piece; larger items alone. A ranking of many costs
 * little more operations than a ranking of one.
 */
export function joinSmall<Some extends TfjsItem>(items: readonly Some[]): Some[][] {
  const groups: Some[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const item of items) {
    size += item.weight.size;
    if (size > PIECE) {
      groups.push([]);
      size = item.weight.size;
    }
    groups.at(-1)!.push(item);
  }
  return groups;
}

/** Prepares the scores of items for {@link belowCut} and {@link atCut}. Inside a tidy. */
export function rank(items: readonly TfjsItem[]): RankTensors {
  const kept = concatenate(items.map(({ mask }) => flatten(mask.kept)));
  const scores = tf.abs(concatenate(items.map(flatScores)));
  const odd = tf.isNaN(scores);
  const infinities = tf.fill([scores.size], Number.POSITIVE_INFINITY);
  return {
    kept,
    magnitudes: tf.where(tf.logicalAnd(kept, tf.logicalNot(odd)), scores, infinities) as tf.Tensor1D,
    nans: tf.logicalAnd(kept, odd) as tf.Tensor1D,
  };
}

/** Flat tensors, one after the other. */
export function concatenate(parts: readonly tf.Tensor1D[]): tf.Tensor1D {
  return parts.length === 1 ? parts[0]! : tf.concat1d([...parts]);
}

function flatScores({ weight, score }: TfjsItem): tf.Tensor1D {
  if (score.kind === 'random') return randomScores(score.seed, weight.size);
  return flatten(score.kind === 'tensor' ? score.tensor : weight);
}

/** Flags the kept elements that rank strictly below a magnitude in [0, 0x80000000]. Inside a tidy. */
export function belowCut(
  { kept, magnitudes, nans }: RankTensors,
  magnitude: number,
  subnormals: Device['subnormals'],
): tf.Tensor1D | undefined {
  if (magnitude === 0) return undefined;
  if (magnitude > QUIET_NAN_MAGNITUDE) return kept;
  if (magnitude > INFINITY_MAGNITUDE) return tf.logicalAnd(kept, tf.logicalNot(nans));
  // Where subnormals tie with zero, everything above zero begins at the smallest normal number, and a
  // comparison with that comes out the same whether the device flushes or not.
  const least = subnormals === 'zero' ? SMALLEST_NORMAL_MAGNITUDE : 0;
  return tf.less(magnitudes, floatOfMagnitude(Math.max(magnitude, least)));
}

/** Flags the kept elements that rank exactly at a magnitude in [0, 0x7fffffff]. Inside a tidy. */
export function atCut(
  { kept, magnitudes, nans }: RankTensors,
  magnitude: number,
  subnormals: Device['subnormals'],
): tf.Tensor1D | undefined {
  if (subnormals === 'zero' && magnitude < SMALLEST_NORMAL_MAGNITUDE) {
    if (magnitude > 0) return undefined;
    return tf.less(magnitudes, floatOfMagnitude(SMALLEST_NORMAL_MAGNITUDE));
  }
  if (magnitude < INFINITY_MAGNITUDE) return tf.equal(magnitudes, floatOfMagnitude(magnitude));
  if (magnitude === INFINITY_MAGNITUDE) {
    const numbers = tf.logicalAnd(kept, tf.logicalNot(nans));
    return tf.logicalAnd(numbers, tf.equal(magnitudes, Number.POSITIVE_INFINITY));
  }
  return magnitude === QUIET_NAN_MAGNITUDE ? nans : undefined;
}

function randomScores(seed: number, size: number): tf.Tensor1D {
  const values = new Float32Array(size);
  for (let i = 0; i < size; i += 1) values[i] = floatOfMagnitude(randomMagnitude(seed, i));
  return tf.tensor1d(values);
}
