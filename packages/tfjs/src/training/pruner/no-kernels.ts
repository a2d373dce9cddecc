import { PruneError } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { FoundKernels } from '../../model/kernels.js';

/** Why there is nothing to prune in a model, and what would do. */
export function noKernels(model: LayersModel, { choices }: FoundKernels): PruneError {
  const frozen = choices.filter(({ reason }) => reason.startsWith('frozen')).map(({ name }) => name);
  const leftOut = choices.filter(({ reason }) => reason === 'excluded' || reason.startsWith('fewer than'));
  const reasoned = (weights: FoundKernels['choices']) =>
    listNames(weights.map(({ name, reason }) => `${name} (${reason})`));
  const why =
    frozen.length > 0
      ? `${listNames(frozen)} ${frozen.length === 1 ? 'is' : 'are'} frozen; unfreeze some and compile the model, or name them by select`
      : leftOut.length > 0
        ? `select leaves out ${reasoned(leftOut)}`
        : choices.length === 0
          ? 'it has no weights'
          : `no weight of it is one by itself: ${reasoned(choices)}; select.include names what is to be pruned all the same`;
  return new PruneError('no-weights', `model ${model.name} trains no kernel that could be pruned: ${why}`);
}
