import type { ShrinkReport } from '@synaprune/tfjs-files';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { readBetaPowers, writeBetaPowers } from '../internals/adam-powers.js';
import { disposeSavedCount } from '../internals/saved-count.js';
import { variableOf } from '../model/trained-weights.js';

type NamedTensor = Awaited<ReturnType<tf.Optimizer['getWeights']>>[number];

/**
 * Hands the state of a model's optimizer to that of a smaller model, of each weight what stays of it.
 *
 * @returns why it could not, where it could not: the smaller model's optimizer has no state then
 */
export async function sliceState(
  model: LayersModel,
  smaller: LayersModel,
  report: ShrinkReport,
): Promise<string | undefined> {
  const release = disposeSavedCount(model.optimizer);
  try {
    let state: readonly NamedTensor[];
    try {
      state = await model.optimizer.getWeights();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    const powers = await readBetaPowers(model.optimizer);
    const sliced = sliceSlots(state, model, smaller, report);
    if (typeof sliced === 'string') return sliced;
    try {
      await smaller.optimizer.setWeights(sliced);
      if (powers.length > 0) writeBetaPowers(smaller.optimizer, powers);
    } finally {
      tf.dispose(sliced.map(({ tensor }) => tensor));
    }
    return undefined;
  } finally {
    release();
  }
}

/** Slots are of the variables that they are named after, and as long. */
function sliceSlots(
  state: readonly NamedTensor[],
  model: LayersModel,
  smaller: LayersModel,
  { tensors }: ShrinkReport,
): NamedTensor[] | string {
  const weights = new Map(model.weights.map((weight, i) => [variableOf(weight).name, { weight, i }]));
  const cuts = new Map(tensors.map((tensor) => [tensor.name, tensor.axes]));
  const sliced: NamedTensor[] = [];
  for (const { name, tensor } of state) {
    const at = name.lastIndexOf('/');
    const found = weights.get(name.slice(0, at));
    if (name === 'iter') {
      sliced.push({ name, tensor: tensor.clone() });
      continue;
    }
    if (found === undefined || String(tensor.shape) !== String(found.weight.shape)) {
      tf.dispose(sliced.map((each) => each.tensor));
      return `its slot ${name} is of no weight of the model`;
    }
    const cut = tf.tidy(() =>
      (cuts.get(found.weight.originalName) ?? []).reduce<tf.Tensor>(
        (rest, { axis, kept }) => tf.gather(rest, tf.tensor1d([...kept], 'int32'), axis),
        tensor.clone(),
      ),
    );
    sliced.push({ name: `${variableOf(smaller.weights[found.i]!).name}${name.slice(at)}`, tensor: cut });
  }
  return sliced;
}
