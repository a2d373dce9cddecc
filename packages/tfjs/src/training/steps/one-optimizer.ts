import { type NamedWeight, PruneError } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { isMaskedByOthers } from '../../backend/masks-in-force.js';
import { isPrunedOptimizer } from './prune-optimizer.js';

/**
 * That a model whose optimizer was made by `pruneOptimizer` is not to be pruned a second time in the same weights.
 *
 * @param own how many masks the asking pruning holds on each weight
 * @throws PruneError `already-pruned` when some of the weights have masks of others too
 */
export function requireOneOptimizer(
  model: LayersModel,
  weights: readonly NamedWeight<tf.Variable>[],
  own: number,
): void {
  if (!isPrunedOptimizer(model.optimizer)) return;
  const twice = weights.filter(({ weight }) => isMaskedByOthers(weight, own));
  if (twice.length === 0) return;
  throw new PruneError(
    'already-pruned',
    `model ${model.name} is compiled with an optimizer of pruneOptimizer whose pruner has ` +
      `${listNames(twice.map(({ name }) => name))} already: compile it with a plain optimizer and dispose of that ` +
      'pruner, or leave these weights to it with select: { exclude }',
  );
}
