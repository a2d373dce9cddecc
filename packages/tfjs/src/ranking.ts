import {
  floatOfMagnitude,
  INFINITY_MAGNITUDE,
  type Item,
  QUIET_NAN_MAGNITUDE,
  randomMagnitude,
  SMALLEST_NORMAL_MAGNITUDE,
} from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import type { Device } from './device.js';
import type { TfjsMask } from './mask.js';

/** What one item ranks by, flat. The comparisons are float comparisons, so NaN is kept apart. */
export interface Ranking {
  readonly kept: tf.Tensor1D;
  /** Magnitudes of the kept elements that are no NaN; infinity for all others. */
  readonly magnitudes: tf.Tensor1D;
  /** Kept elements whose score is NaN. */
  readonly nans: tf.Tensor1D;
}

/** Prepares an item's score for {@link belowCut} and {@link atCut}. Inside a tidy. */
export function rank({ weight, mask, score }: Item<tf.Variable, TfjsMask>): Ranking {
  const kept = mask.kept.flatten();
  const scores =
    score.kind === 'random'
      ? randomScores(score.seed, weight.size)
      : tf.abs((score.kind === 'tensor' ? score.tensor : weight).flatten<tf.Tensor1D>());
  const odd = tf.isNaN(scores);
  const infinities = tf.fill([weight.size], Number.POSITIVE_INFINITY);
  return {
    kept: kept as tf.Tensor1D,
    magnitudes: tf.where(tf.logicalAnd(kept, tf.logicalNot(odd)), scores, infinities) as tf.Tensor1D,
    nans: tf.logicalAnd(kept, odd) as tf.Tensor1D,
  };
}

/** Flags the kept elements that rank strictly below a magnitude in [0, 0x80000000]. Inside a tidy. */
export function belowCut(
  { kept, magnitudes, nans }: Ranking,
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
  { kept, magnitudes, nans }: Ranking,
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
