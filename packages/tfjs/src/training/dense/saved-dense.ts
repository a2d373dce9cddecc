import { type NamedWeight, PruneError, packMemory, type RestoreOptions, unpackMemory } from '@synaprune/core';
import { isRecord, listNames, quote } from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { savedPlaces } from '../../model/saved-places.js';
import { defaultChoices } from '../../model/weight-choices.js';
import type { DenseWeights } from './dense-weights.js';

/** The values of a weight that learns on under its mask. */
export interface SavedDense {
  /** Which of all the model's weights it is, from 0. */
  readonly index: number;
  readonly name: string;
  readonly shape: readonly number[];
  /** The values as text, dropped ones too. */
  readonly values: string;
}

/** The dense values of a model's weights, those that have left the pruning too. */
export async function saveDense(model: LayersModel, dense: DenseWeights): Promise<SavedDense[]> {
  const own = new Set(dense.all());
  const found = tf.tidy(() =>
    defaultChoices(model).flatMap(({ name, weight }, index) =>
      own.has(weight) ? [{ index, name, tensor: tf.keep(dense.of(weight)) }] : [],
    ),
  );
  try {
    return await Promise.all(
      found.map(async ({ index, name, tensor }) => {
        const { shape } = tensor;
        const values = packMemory([{ shape, values: Float32Array.from(await tensor.data()) }]);
        return { index, name, shape: [...shape], values };
      }),
    );
  } finally {
    tf.dispose(found.map(({ tensor }) => tensor));
  }
}

/**
 * The dense values of a model's weights, from what {@link saveDense} gave, wherever that has been since.
 *
 * @param kernels the weights that need some; `undefined` where none does
 * @throws PruneError `state-corrupt` when they are damaged, `state-mismatch` when the model has no such weights or others
 */
export function openDense(
  model: LayersModel,
  value: unknown,
  matching: RestoreOptions | undefined,
  kernels: readonly NamedWeight<tf.Variable>[] | undefined,
): Map<tf.Variable, Float32Array> {
  if ((value === undefined) !== (kernels === undefined)) {
    const [own, other] = kernels === undefined ? ['without', 'with'] : ['with', 'without'];
    throw new PruneError(
      'state-mismatch',
      `this pruning is ${own} straightThrough: true, and the progress is of one ${other}. Prune as before; or restore its ` +
        'masks alone, pruning.pruner.restore(progress.state), and go on from the weights as they are',
    );
  }
  if (kernels === undefined) return new Map();
  if (!Array.isArray(value)) throw corrupt('dense needs to be a list of values');
  const placeOf = savedPlaces(model, matching);
  const opened = new Map(
    value.map((entry: unknown) => {
      if (!isRecord(entry) || typeof entry.name !== 'string' || typeof entry.values !== 'string') {
        throw corrupt('one of the weights in dense is damaged');
      }
      const weight = placeOf(entry, 'values');
      const [saved] = unpackMemory(entry.values, 1);
      if (String(saved!.shape) !== String(weight.shape)) {
        throw corrupt(`the values of ${quote(entry.name)} are of another shape`);
      }
      return [weight, Float32Array.from(saved!.values)];
    }),
  );
  const missing = kernels.filter(({ weight }) => !opened.has(weight)).map(({ name }) => name);
  if (missing.length > 0) {
    throw new PruneError('state-mismatch', `the progress has no dense values of ${listNames(missing)}`);
  }
  return opened;
}

function corrupt(why: string): PruneError {
  return new PruneError('state-corrupt', `saved progress is not what save() returned: ${why}`);
}
