import { PruneError, type Pruner } from '@synaprune/core';
import { updateAnew } from '@synaprune/core/methods';
import type * as tf from '@tensorflow/tfjs-core';
import type { DenseWeights } from './dense-weights.js';

/**
 * A pruner that chooses anew at every update, among the dense values of its weights. Those are in the weights while an
 * update or a restore is going on, and at no other time, whatever becomes of it.
 *
 * @param pruner as `createPruner` returned it
 */
export function choosingAnew(
  pruner: Pruner,
  weights: readonly tf.Variable[],
  dense: Pick<DenseWeights, 'fill' | 'note'>,
): Pruner {
  // As they are now: what this gives may come to stand in their places.
  const { enforce, restore } = pruner;
  let isDense = false;
  const whileDense = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    // The pruner refuses one beside the other.
    if (isDense) return work();
    isDense = true;
    try {
      dense.fill(weights);
      dense.note(weights);
      return await work();
    } catch (error) {
      // The failure is what is to be told.
      await enforce().catch(() => {});
      throw error;
    } finally {
      isDense = false;
    }
  };
  return {
    ...pruner,
    async update(position) {
      // Refuses what has to be refused while nothing has changed: another backend, a save in flight.
      try {
        await enforce();
      } catch (error) {
        // What was disposed of stays so: the error that names the call.
        if (error instanceof PruneError && error.code === 'disposed') return updateAnew(pruner, position);
        throw error;
      }
      return whileDense(() => updateAnew(pruner, position));
    },
    async restore(state, options) {
      const work = () => restore(state, options);
      // Masks that could not be written are restored over.
      const isFit = await enforce().then(
        () => true,
        () => false,
      );
      return isFit ? whileDense(work) : work();
    },
  };
}
