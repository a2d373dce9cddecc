import { type NamedWeight, type Selector, selectWeights } from '@synaprune/core';
import { describe, requireOptions } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { requireLayersModel } from './require-model.js';
import { chooseWeights, type WeightChoice } from './weight-choices.js';

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
   * Prune exactly what these pick, instead of the usual choice. A name picks any weight; a pattern or
   * predicate looks only at weights of two or more dimensions, so that `/lstm/` takes no bias along.
   */
  readonly include?: readonly Selector[];
  /** Of what would be pruned, leave these out. */
  readonly exclude?: readonly Selector[];
}

/**
 * Chooses what to prune in a layers model: the kernels of dense, convolutional, separable and recurrent
 * layers, in nested models and wrappers too, each shared layer once. Left alone are biases, normalisation,
 * embeddings (their rows are looked up, not multiplied, and a row is only as good as the few batches that
 * meet it), weights that are frozen, and whatever it does not know; `include` overrules all of these. What was
 * unfrozen or added since the model was compiled is not trained before it is compiled again, and left alone too.
 *
 * @throws TypeError when `model` is no layers model, an option is unknown, or `include` or `exclude` is no array
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
  requireOptions('findKernels', '', options, ['include', 'exclude']);
  const { include, exclude = [] }: KernelOptions = options;
  requireSelectors('include', include);
  requireSelectors('exclude', exclude);
  const candidates = chooseWeights(model);
  const included = include && new Set(selectIncluded(candidates, include));
  const excluded = new Set(selectWeights(candidates, exclude));
  const choices = candidates.map((choice): WeightChoice => {
    if (excluded.has(choice)) return { ...choice, pruned: false, reason: 'excluded' };
    if (included === undefined) return choice;
    const pruned = included.has(choice);
    return { ...choice, pruned, reason: pruned ? 'included' : 'not included' };
  });
  return {
    choices,
    kernels: choices.filter(({ pruned }) => pruned).map(({ name, weight }) => ({ name, weight })),
  };
}

function requireSelectors(field: string, value: unknown): void {
  if (value === undefined || Array.isArray(value)) return;
  const got = value instanceof RegExp ? `the pattern ${value}` : describe(value);
  throw new TypeError(
    `findKernels needs ${field} to be an array of names, patterns and predicates ([/kernel/]), got ${got}`,
  );
}

function selectIncluded(candidates: readonly WeightChoice[], include: readonly Selector[]): WeightChoice[] {
  const matrices = candidates.filter(({ shape }) => shape.length > 1);
  const [names, others] = [
    include.filter((selector) => typeof selector === 'string'),
    include.filter((selector) => typeof selector !== 'string'),
  ];
  return [...selectWeights(candidates, names), ...selectWeights(matrices, others)];
}
