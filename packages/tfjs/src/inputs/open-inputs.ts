import type { Notice } from '@synaprune/core';
import { heldBackCount, noiseNotice, noneHeldBack } from '@synaprune/refit';
import * as tf from '@tensorflow/tfjs-core';
import { type BatchTensors, type ModelInput, type ModelInputs, readBatches } from './model-batches.js';
import { madeUpLengths, noiseBatch } from './noise.js';
import { countSamples, takeSamples } from './split-batches.js';

/** Inputs of a model, as work on it takes them: those to calibrate by, and those to measure by. */
export interface OpenedInputs {
  readonly calibration: readonly BatchTensors[];
  readonly heldBack: readonly BatchTensors[];
  /** How many samples each has. */
  readonly samples: { readonly calibration: number; readonly heldBack: number };
  readonly notices: readonly Notice[];
  dispose(): void;
}

/** Samples that nothing is held back of. */
export interface OpenedSamples {
  readonly batches: readonly BatchTensors[];
  readonly notices: readonly Notice[];
  dispose(): void;
}

/**
 * Reads what was given, or makes noise. Batches are of at most 32 samples.
 *
 * @throws TypeError | RangeError for inputs that do not fit the model
 */
export async function openSamples(
  caller: string,
  declared: readonly ModelInput[],
  { inputs, seed = 0 }: { readonly inputs?: ModelInputs; readonly seed?: number },
): Promise<OpenedSamples> {
  const made = inputs === undefined ? noiseBatch(caller, declared, NOISE, seed) : undefined;
  try {
    const given = made === undefined ? await readBatches(caller, declared, inputs!) : [made];
    const samples = countSamples(given);
    const batches = takeSamples(given, 0, samples, togetherOf(declared));
    return {
      batches,
      notices: made === undefined ? [] : [noiseNotice(samples, madeUpLengths(declared, made))],
      dispose: () => tf.dispose(batches as tf.Tensor[][]),
    };
  } finally {
    if (made !== undefined) tf.dispose([...made]);
  }
}

/** Samples of noise, where nobody gave inputs. */
const NOISE = 40;

/**
 * Reads what was given, and holds back the last fifth where nothing was given to measure by. Batches are of at most 32
 * samples; of a model that takes so many at once, and no others, of as many.
 *
 * @throws TypeError | RangeError for inputs that do not fit the model
 */
export async function openInputs(
  caller: string,
  declared: readonly ModelInput[],
  {
    inputs,
    heldBack,
    seed = 0,
  }: { readonly inputs?: ModelInputs; readonly heldBack?: ModelInputs; readonly seed?: number },
): Promise<OpenedInputs> {
  const all = await openSamples(caller, declared, { ...(inputs === undefined ? {} : { inputs }), seed });
  const owned: BatchTensors[] = [];
  const own = (batches: readonly BatchTensors[]): readonly BatchTensors[] => {
    owned.push(...batches);
    return batches;
  };
  try {
    const given = all.batches;
    const measured = heldBack === undefined ? undefined : await readBatches(caller, declared, heldBack);
    const total = countSamples(given);
    const together = togetherOf(declared);
    const least = together ?? 1;
    const single = measured === undefined && total <= least;
    const held = measured === undefined ? least * heldBackCount(total / least) : 0;
    const to = single ? total : total - held;
    const apart = measured === undefined ? given : measured;
    const from = single || measured !== undefined ? 0 : to;
    return {
      calibration: own(takeSamples(given, 0, to, together)),
      heldBack: own(takeSamples(apart, from, countSamples(apart), together)),
      samples: { calibration: to, heldBack: countSamples(apart) - from },
      notices: single ? [...all.notices, noneHeldBack('calibrated by')] : all.notices,
      dispose: () => tf.dispose(owned.flat() as tf.Tensor[]),
    };
  } catch (error) {
    tf.dispose(owned.flat() as tf.Tensor[]);
    throw error;
  } finally {
    all.dispose();
  }
}

/** How many samples a model takes at once, where it takes no other number. */
function togetherOf([first]: readonly ModelInput[]): number | undefined {
  return first?.shape?.[0] ?? undefined;
}
