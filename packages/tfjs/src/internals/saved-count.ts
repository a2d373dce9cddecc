import * as tf from '@tensorflow/tfjs-core';
import { patchMethod } from './patch-method.js';

/**
 * Follows an optimizer while it is saved, and disposes of what it leaves behind.
 *
 * Written for tfjs-core 4.22.0: for every save, `getWeights` makes a scalar of the count of iterations, named `iter`,
 * which nobody disposes of. What comes first under another name is left alone, because it is the optimizer's own.
 *
 * @returns to be called when the save is over
 */
export function disposeSavedCount(optimizer: tf.Optimizer): () => void {
  const counts: tf.Tensor[] = [];
  const release = patchMethod(optimizer, 'getWeights', (getWeights) => async () => {
    const weights = await getWeights();
    if (weights[0]?.name === 'iter') counts.push(weights[0].tensor);
    return weights;
  });
  return () => {
    release();
    tf.dispose(counts);
  };
}
