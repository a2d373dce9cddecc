import { PruneError } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-layers';
import { compiledWeights } from '../internals/compiled-weights.js';

/**
 * The variables that are to be trained and that a step does move, in the model's order. tfjs collects the
 * trainable ones when a model is compiled, and of those a step leaves alone what was frozen since; what was
 * unfrozen or added since is not moved before the model is compiled again. Before it is compiled at all, those
 * that compiling would collect.
 */
export function trainedVariables(model: LayersModel): tf.Variable[] {
  const moved = movedVariables(model);
  const wanted = variablesOf(model.trainableWeights);
  return moved === undefined ? wanted : wanted.filter((weight) => moved.has(weight));
}

/**
 * Names of the weights that `trainable` says something else of than what tfjs does: `moved` are trained
 * although it is false, `still` are not although it is true.
 */
export function trainableWithoutEffect(model: LayersModel): {
  readonly moved: string[];
  readonly still: string[];
} {
  const moved = movedVariables(model);
  if (moved === undefined) return { moved: [], still: [] };
  const wanted = new Set(variablesOf(model.trainableWeights));
  const names = (list: readonly LayerVariable[]) => list.map(({ originalName }) => originalName);
  return {
    moved: names(
      compiledWeights(model)!.filter((one) => moved.has(variableOf(one)) && !wanted.has(variableOf(one))),
    ),
    still: names(model.trainableWeights.filter((one) => !moved.has(variableOf(one)))),
  };
}

/** The variables that a step moves; `undefined` before the model is compiled. */
export function movedVariables(model: LayersModel): Set<tf.Variable> | undefined {
  const weights = compiledWeights(model);
  return weights && new Set(variablesOf(weights).filter(({ trainable }) => trainable));
}

function variablesOf(weights: readonly LayerVariable[]): tf.Variable[] {
  return [...new Set(weights.map(variableOf))];
}

/**
 * What holds a weight's values.
 *
 * @throws PruneError `weight-changed` when it was disposed, with its model or alone
 */
export function variableOf(weight: LayerVariable): tf.Variable {
  try {
    return weight.read() as tf.Variable;
  } catch (error) {
    throw new PruneError('weight-changed', `${weight.originalName} was disposed`, { cause: error });
  }
}
