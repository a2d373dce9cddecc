import { type NamedWeight, readSelect, type Select, type Selector, selectWeights } from '@synaprune/core';
import { requireOptions } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { requireLayersModel } from './require-model.js';
import { defaultChoices, type WeightChoice } from './weight-choices.js';

/** What {@link findKernels} decided. */
export interface FoundKernels {
  /** The weights to prune, in layer order; fits `createPruner`. The variables stay the model's. */
  readonly kernels: readonly NamedWeight<tf.Variable>[];
  /** Every weight of the model, in layer order. */
  readonly choices: readonly WeightChoice[];
}

/** What {@link findKernels} is told. */
export interface KernelOptions {
  /**
   * Which weights. `include` prunes exactly what it picks, instead of the usual choice: a name picks any weight; a
   * pattern or predicate looks only at weights of two or more dimensions, so that `/lstm/` takes no bias along.
   * `exclude` leaves out some of what would be pruned, and `minElements` what has fewer elements and is not included
   * by name.
   */
  readonly select?: Select;
}

/**
 * Chooses what to prune in a layers model: the kernels of dense, convolutional, separable and recurrent
 * layers, in nested models and wrappers too, each shared layer once. Left alone are biases, normalisation,
 * embeddings (their rows are looked up, not multiplied, and a row is only as good as the few batches that
 * meet it), weights that are frozen, and whatever it does not know; `select.include` overrules all of these. What was
 * unfrozen or added since the model was compiled is not trained before it is compiled again, and left alone too.
 *
 * @throws TypeError | RangeError when `model` is no layers model, or an option is unknown or wrong
 * @throws PruneError `unmatched-selector` when a selector picks nothing; the message lists what there is
 *
 * @example
 * ```ts
 * import { findKernels } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const model = tf.sequential({ layers: [tf.layers.dense({ name: 'out', units: 2, inputShape: [3] })] });
 * console.log(findKernels(model).kernels.map(({ name }) => name)); // [ 'out/kernel' ]
 * ```
 */
export function findKernels(model: LayersModel, options: KernelOptions = {}): FoundKernels {
  requireLayersModel('findKernels', model);
  requireOptions('findKernels', '', options as unknown, ['select'], SELECT_ELSEWHERE);
  return selectKernels('findKernels', model, options.select);
}

/** What belongs into `select`. */
export const SELECT_ELSEWHERE = {
  include: 'it is select: { include }',
  exclude: 'it is select: { exclude }',
  minElements: 'it is select: { minElements }',
} as const;

/**
 * As {@link findKernels}, for another door.
 *
 * @param caller whose option it is, for errors
 */
export function selectKernels(caller: string, model: LayersModel, select: Select | undefined): FoundKernels {
  const { include, exclude, minElements = 0 } = readSelect(caller, select);
  const candidates = defaultChoices(model);
  const included = include && new Set(selectIncluded(candidates, include));
  const named = new Set(include?.filter((selector) => typeof selector === 'string'));
  const excluded = new Set(selectWeights(candidates, exclude));
  const choices = candidates.map((choice): WeightChoice => {
    if (excluded.has(choice)) return { ...choice, pruned: false, reason: 'excluded' };
    const pruned = included?.has(choice) ?? choice.pruned;
    if (pruned && choice.weight.size < minElements && !named.has(choice.name)) {
      return { ...choice, pruned: false, reason: `fewer than ${minElements} elements` };
    }
    return included === undefined
      ? choice
      : { ...choice, pruned, reason: pruned ? 'included' : 'not included' };
  });
  return {
    choices,
    kernels: choices.filter(({ pruned }) => pruned).map(({ name, weight }) => ({ name, weight })),
  };
}

function selectIncluded(candidates: readonly WeightChoice[], include: readonly Selector[]): WeightChoice[] {
  const matrices = candidates.filter(({ shape }) => shape.length > 1);
  const [names, others] = [
    include.filter((selector) => typeof selector === 'string'),
    include.filter((selector) => typeof selector !== 'string'),
  ];
  return [...selectWeights(candidates, names), ...selectWeights(matrices, others)];
}
