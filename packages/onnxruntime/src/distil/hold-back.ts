import type { Notice } from '@synaprune/core';
import { type Feeds, readSamples } from '../inputs/given-samples.js';
import { modelInputs } from '../inputs/model-inputs.js';
import type { CheckedDistil } from './options.js';

/** Samples to learn from, and samples to measure by. */
export interface HeldBack {
  readonly training: readonly Feeds[];
  readonly heldBack: readonly Feeds[];
  readonly notices: readonly Notice[];
  /** Whether the model leaves the first axis of each input open, so that samples may be joined along it. */
  readonly joins: boolean;
}

/** @throws TypeError | RangeError when a sample does not fit the model */
export async function holdBack({ inside, inputs, heldBack }: CheckedDistil): Promise<HeldBack> {
  const { ort, model } = inside;
  const declared = modelInputs(model);
  const joins = declared.every(({ dims }) => dims !== null && dims.length > 0 && dims[0] === null);
  const samples = await readSamples(ort, 'distil', inputs, declared);
  if (heldBack !== undefined) {
    const measured = await readSamples(ort, 'distil, heldBack', heldBack, declared);
    return { training: samples, heldBack: measured, notices: [], joins };
  }
  if (samples.length === 1) {
    const message =
      'one sample was given: it is learned from and measured on, and what is measured says less of other inputs; ' +
      'give several, or some as heldBack';
    return { training: samples, heldBack: samples, notices: [{ code: 'none-held-back', message }], joins };
  }
  const at = samples.length - Math.max(1, Math.floor(samples.length / 5));
  return { training: samples.slice(0, at), heldBack: samples.slice(at), notices: [], joins };
}
