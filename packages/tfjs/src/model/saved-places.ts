import { PruneError, type RestoreOptions } from '@synaprune/core';
import { isRecord, quote } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { defaultChoices } from './weight-choices.js';

/**
 * Which of a model's weights a saved entry is of, by its name or, where asked for, its place among all weights.
 *
 * @param matching what is wrong with it, `restore` of the pruner says
 * @returns throws a PruneError `state-mismatch` when the model has no such weight; `what` the entry has of it, for words
 */
export function savedPlaces(
  model: LayersModel,
  matching: RestoreOptions | undefined,
): (entry: Readonly<Record<string, unknown>>, what: string) => tf.Variable {
  const choices = defaultChoices(model);
  const { names, match } = isRecord(matching) ? matching : {};
  return ({ name, index, shape }, what) => {
    const saved = String(name);
    const wanted = isRecord(names) && Object.hasOwn(names, saved) ? names[saved] : saved;
    const found =
      match === 'position' ? choices[index as number] : choices.find((choice) => choice.name === wanted);
    if (found !== undefined && String(found.shape) === String(shape)) return found.weight;
    throw new PruneError(
      'state-mismatch',
      `the state has ${what} of ${quote(saved)} in [${shape}], and the model no such weight`,
    );
  };
}
