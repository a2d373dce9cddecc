import { type NamedWeight, type Selector, selectWeights } from '@synaprune/core';
import { describe, requireOptions } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, LayerVariable, layers } from '@tensorflow/tfjs-layers';
import { flattenTree, type LayerNode, layerTree } from './layer-tree.js';
import { requireLayersModel } from './require-model.js';
import { movedVariables, trainedVariables } from './trained-weights.js';

/** One weight of a model, and whether it is to be pruned. */
export interface WeightChoice extends NamedWeight<tf.Variable> {
  /**
   * The name it is saved under: `lstm_LSTM1/kernel`. Layers of one name in two nested models would share it;
   * only those have the nested models' names before it: `encoder/dense/kernel`. (tfjs saves such a model, but
   * cannot load it.)
   */
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
  const nodes = flattenTree(layerTree(model));
  const candidates = qualifyDuplicates(listWeights(model, nodes), nodes);
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

/** Names stay as they are saved, except where two weights share one. */
function qualifyDuplicates(choices: readonly WeightChoice[], nodes: readonly LayerNode[]): WeightChoice[] {
  const uses = new Map<string, number>();
  for (const { name } of choices) uses.set(name, (uses.get(name) ?? 0) + 1);
  return choices.map((choice) => {
    if (uses.get(choice.name) === 1) return choice;
    // Parents come before children, so the last one is the innermost.
    const holder = nodes.findLast(({ layer }) => layer.weights.some((own) => own.read() === choice.weight));
    return { ...choice, name: [...(holder?.within ?? []), choice.name].join('/') };
  });
}

/** Every weight once, with the choice that is made unless told otherwise. */
function listWeights(model: LayersModel, nodes: readonly LayerNode[]): WeightChoice[] {
  const trained = new Set(trainedVariables(model));
  const moved = movedVariables(model);
  const trainable = new Set(model.trainableWeights.map((weight) => weight.read()));
  // The model itself comes last, for weights of custom layers that hide their parts.
  const owners = nodes.filter(({ children }) => children.length === 0);
  const found = new Map<tf.Variable, WeightChoice>();
  for (const { layer, kind } of [...owners, { layer: model as layers.Layer, kind: 'custom layer' }]) {
    for (const { originalName: name, shape, ...variable } of layer.weights.map(describeVariable)) {
      const { weight } = variable;
      if (found.has(weight)) continue;
      const usual = judge(name, shape, kind);
      const still = moved?.has(weight) ? 'frozen, yet tfjs trains it: freeze the layer itself' : 'frozen';
      const frozen = trainable.has(weight) ? 'not trained before model.compile' : still;
      const decision = usual.pruned && !trained.has(weight) ? { pruned: false, reason: frozen } : usual;
      found.set(weight, { name, weight, shape, layer: kind, ...decision });
    }
  }
  return [...found.values()];
}

function describeVariable(variable: LayerVariable): {
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
