import type { Notice } from '@synaprune/core';
import { holdBack } from '@synaprune/refit';
import { type Feeds, readSamples } from '../inputs/given-samples.js';
import { modelInputs } from '../inputs/model-inputs.js';
import { openSamples } from '../inputs/open-samples.js';
import type { CompressOptions } from './options.js';

/** Samples to calibrate by and samples to measure by. */
export interface SplitSamples {
  readonly calibration: readonly Feeds[];
  readonly heldBack: readonly Feeds[];
  readonly notices: readonly Notice[];
}

/** Samples of noise, to calibrate by and to measure by. */
const NOISE = 40;

/**
 * Reads what was given, and holds back the last fifth where nothing was given to measure by.
 *
 * @throws TypeError | RangeError when a sample does not fit the model
 */
export async function splitSamples(
  model: Uint8Array,
  { ort, inputs, heldBack, seed, unit, ...options }: CompressOptions,
): Promise<SplitSamples> {
  const caller = 'compressOnnx';
  // Where channels go, lengths also tell what is counted.
  const dimensions = unit === 'channel' && inputs !== undefined ? undefined : options.dimensions;
  const noise = inputs === undefined ? { samples: NOISE } : {};
  const { samples, notices } = await openSamples(ort, caller, model, { inputs, seed, dimensions, ...noise });
  if (heldBack !== undefined) {
    const measured = await readSamples(ort, `${caller}, heldBack`, heldBack, modelInputs(model));
    return { calibration: samples, heldBack: measured, notices };
  }
  const { used, heldBack: last, notices: alone } = holdBack(samples, 'calibrated by');
  return { calibration: used, heldBack: last, notices: [...notices, ...alone] };
}
