import type { NamedWeight } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, LayerVariable, layers } from '@tensorflow/tfjs-layers';
import { flattenTree, type LayerNode, layerTree } from './layer-tree.js';
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

/** Every weight of a model, in layer order, with the choice that is made unless told otherwise. */
export function defaultChoices(model: LayersModel): WeightChoice[] {
  const nodes = flattenTree(layerTree(model));
  return qualifyDuplicates(listWeights(model, nodes), nodes);
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

/** Every weight once, under the name it is saved under. */
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
