import { type NamedWeight, type Selector, selectWeights } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs';
import { flattenTree, layerTree } from './layer-tree.js';

/** One weight of a model, and whether it is to be pruned. */
export interface WeightChoice extends NamedWeight<tf.Variable> {
  /** The name it is saved under: `lstm_LSTM1/kernel`. */
  readonly name: string;
  readonly weight: tf.Variable;
  readonly shape: readonly number[];
  /** Class name of the layer or cell it belongs to. */
  readonly layer: string;
  readonly pruned: boolean;
  readonly reason: string;
}

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
 * meet it), weights that are frozen, and whatever it does not know; `include` overrules all of these.
 *
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
export function findKernels(
  model: tf.LayersModel,
  { include, exclude = [] }: KernelOptions = {},
): FoundKernels {
  const candidates = listWeights(model);
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

function selectIncluded(candidates: readonly WeightChoice[], include: readonly Selector[]): WeightChoice[] {
  const matrices = candidates.filter(({ shape }) => shape.length > 1);
  const [names, others] = [
    include.filter((selector) => typeof selector === 'string'),
    include.filter((selector) => typeof selector !== 'string'),
  ];
  return [...selectWeights(candidates, names), ...selectWeights(matrices, others)];
}

/** Every weight once, with the choice that is made unless told otherwise. */
function listWeights(model: tf.LayersModel): WeightChoice[] {
  const trainable = new Set(model.trainableWeights.map((weight) => weight.read()));
  // The model itself comes last, for weights of custom layers that hide their parts.
  const owners = [...flattenTree(layerTree(model)).filter(({ children }) => children.length === 0)];
  const found = new Map<tf.Variable, WeightChoice>();
  for (const { layer, kind } of [...owners, { layer: model as tf.layers.Layer, kind: 'custom layer' }]) {
    for (const { originalName: name, shape, ...variable } of layer.weights.map(describeVariable)) {
      const { weight } = variable;
      if (found.has(weight)) continue;
      const usual = judge(name, shape, kind);
      const frozen = usual.pruned && !trainable.has(weight);
      const decision = frozen ? { pruned: false, reason: 'frozen' } : usual;
      found.set(weight, { name, weight, shape, layer: kind, ...decision });
    }
  }
  return [...found.values()];
}

function describeVariable(variable: tf.LayerVariable): {
  readonly originalName: string;
  readonly shape: readonly number[];
  readonly weight: tf.Variable;
} {
  const { originalName, shape } = variable;
  return { originalName, shape: shape.map(Number), weight: variable.read() as tf.Variable };
}

const REASONS: Readonly<Record<string, string>> = {
  bias: 'bias',
  gamma: 'normalisation',
  beta: 'normalisation',
  moving_mean: 'normalisation',
  moving_variance: 'normalisation',
  embeddings: 'embedding',
  alpha: 'slope of an activation',
};

function judge(
  name: string,
  shape: readonly number[],
  kind: string,
): { readonly pruned: boolean; readonly reason: string } {
  const role = name.slice(name.lastIndexOf('/') + 1);
  if (/^(|\w+_)kernel$/.test(role) && shape.length > 1) return { pruned: true, reason: `${role} of ${kind}` };
  return { pruned: false, reason: REASONS[role] ?? `unknown weight of ${kind}` };
}
