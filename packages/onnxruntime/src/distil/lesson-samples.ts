import type { Notice } from '@synaprune/core';
import { holdBack } from '@synaprune/refit';
import { type Feeds, readSamples } from '../inputs/given-samples.js';
import { modelInputs } from '../inputs/model-inputs.js';
import type { CheckedDistil } from './options.js';

/** Samples to learn from, and samples to measure by. */
export interface LessonSamples {
  readonly training: readonly Feeds[];
  readonly heldBack: readonly Feeds[];
  readonly notices: readonly Notice[];
  /** Whether the model leaves the first axis of each input open, so that samples may be joined along it. */
  readonly joins: boolean;
}

/** @throws TypeError | RangeError when a sample does not fit the model */
export async function openLessonSamples({ inside, inputs, heldBack }: CheckedDistil): Promise<LessonSamples> {
  const { ort, model } = inside;
  const declared = modelInputs(model);
  const joins = declared.every(({ dims }) => dims !== null && dims.length > 0 && dims[0] === null);
  const samples = await readSamples(ort, 'distil', inputs, declared);
  if (heldBack !== undefined) {
    const measured = await readSamples(ort, 'distil, heldBack', heldBack, declared);
    return { training: samples, heldBack: measured, notices: [], joins };
  }
  const { used, ...rest } = holdBack(samples, 'learned from');
  return { training: used, ...rest, joins };
}
