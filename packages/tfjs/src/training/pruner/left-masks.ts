import {
  countBits,
  fromBase64,
  type MaskState,
  PruneError,
  packedLength,
  type RestoreOptions,
  toBase64,
} from '@synaprune/core';
import { isRecord, quote } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { savedPlaces } from '../../model/saved-places.js';
import { defaultChoices } from '../../model/weight-choices.js';
import type { MaskKeeper } from './mask-keeper.js';

/** The mask of a weight that has left the pruning, for the day it comes back. */
export interface LeftMask extends MaskState {
  /** Which of all the model's weights it is, from 0. */
  readonly index: number;
}

/** The masks of weights that have left the pruning and are still in the model. */
export async function saveLeft(model: LayersModel, keeper: MaskKeeper): Promise<LeftMask[]> {
  const choices = defaultChoices(model);
  const left: LeftMask[] = [];
  for (const { weight, packed } of await keeper.readHeld()) {
    const index = choices.findIndex((choice) => choice.weight === weight);
    if (index < 0) continue;
    const { name, shape } = choices[index]!;
    left.push({ index, name, shape: [...shape], kept: countBits(packed), mask: toBase64(packed) });
  }
  return left;
}

/**
 * The packed masks of a model's weights, from what {@link saveLeft} gave, wherever that has been since.
 *
 * @throws PruneError `state-corrupt` when they are damaged, `state-mismatch` when the model has no such weights
 */
export function openLeft(
  model: LayersModel,
  value: unknown,
  matching: RestoreOptions | undefined,
): Map<tf.Variable, Uint8Array> {
  if (value === undefined) return new Map();
  if (!Array.isArray(value)) throw corrupt('left needs to be a list of masks');
  const placeOf = savedPlaces(model, matching);
  return new Map(
    value.map((entry: unknown) => {
      if (!isRecord(entry) || typeof entry.name !== 'string' || typeof entry.mask !== 'string') {
        throw corrupt('one of the masks in left is damaged');
      }
      const weight = placeOf(entry, 'a mask');
      const packed = fromBase64(entry.mask);
      if (packed?.length !== packedLength(weight.size) || countBits(packed) !== entry.kept) {
        throw corrupt(`the mask of ${quote(entry.name)} is damaged`);
      }
      return [weight, packed];
    }),
  );
}

function corrupt(why: string): PruneError {
  return new PruneError('state-corrupt', `saved progress is not what save() returned: ${why}`);
}
