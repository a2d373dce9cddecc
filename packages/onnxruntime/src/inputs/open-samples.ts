import type { Notice } from '@synaprune/core';
import { requireWhole } from '@synaprune/core/checks';
import { noiseNotice } from '@synaprune/refit';
import type { OnnxRuntime } from '../runtime/runtime.js';
import { type Feeds, type ModelSamples, readSamples } from './given-samples.js';
import { modelInputs } from './model-inputs.js';
import { type Dimensions, noiseSamples } from './noise.js';

/** Where the samples that a model is run on come from. */
export interface SampleOptions {
  /** Samples by the model's names; without any, seeded noise and a notice that says so. */
  readonly inputs?: ModelSamples | undefined;
  /** Of `inputs` the most that are taken (all unless told); how many of noise are made (8 unless told). */
  readonly samples?: number | undefined;
  /** Of the noise; 0 unless told. */
  readonly seed?: number | undefined;
  /** Lengths, for noise, of what the model leaves open: by its name for it, or as `input[axis]`. */
  readonly dimensions?: Dimensions | undefined;
}

/** Samples ready to run, and what is to be told of them. */
export interface OpenedSamples {
  readonly samples: readonly Feeds[];
  /** Whether they were made up. */
  readonly noise: boolean;
  readonly notices: readonly Notice[];
}

/** Options of {@link SampleOptions}, for checks of unknown keys. */
export const SAMPLE_OPTIONS: readonly string[] = ['inputs', 'samples', 'seed', 'dimensions'];

/** Samples of noise unless told. */
const NOISE = 8;

/**
 * The samples that a model is to be run on: those given, checked, or noise.
 *
 * @throws TypeError | RangeError when what was given does not fit the model, or no noise can be made for it
 */
export async function openSamples(
  ort: OnnxRuntime,
  caller: string,
  model: Uint8Array,
  { inputs, samples, seed = 0, dimensions }: SampleOptions,
): Promise<OpenedSamples> {
  if (samples !== undefined) requireWhole(caller, 'samples', samples, 1);
  requireWhole(caller, 'seed', seed);
  const declared = modelInputs(model);
  if (inputs !== undefined) {
    if (dimensions !== undefined) {
      throw new TypeError(`${caller} takes dimensions for noise alone: inputs have shapes of their own`);
    }
    return { samples: await readSamples(ort, caller, inputs, declared, samples), noise: false, notices: [] };
  }
  const noise = noiseSamples(ort, caller, declared, { count: samples ?? NOISE, seed, dimensions });
  const madeUp = Object.entries(noise.madeUp).map(([name, size]) => `${name} = ${size}`);
  return { samples: noise.samples, noise: true, notices: [noiseNotice(noise.samples.length, madeUp)] };
}
