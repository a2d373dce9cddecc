import type { NamedWeight } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';

/** Tells whether weights were written since they were last seen. Made by {@link createWatch}. */
export interface Watch {
  see(weights: readonly NamedWeight<tf.Variable>[]): void;
  isWritten(weights: readonly NamedWeight<tf.Variable>[]): boolean;
}

/**
 * Watches weights by their `dataId`.
 *
 * Written for tfjs-core 4.22.0, where `assign` gives a variable the data of what is assigned, so that it costs nothing
 * to know whether somebody wrote a weight: an optimizer that is not followed, `setWeights`, another model over the same
 * layers. The field is public and its change is promised nowhere. Were data written in place, nothing would be seen
 * before a report reads the weights.
 */
export function createWatch(): Watch {
  const seen = new WeakMap<tf.Variable, object>();
  return {
    see(weights) {
      for (const { weight } of weights) seen.set(weight, weight.dataId);
    },
    isWritten: (weights) => weights.some(({ weight }) => seen.get(weight) !== weight.dataId),
  };
}
