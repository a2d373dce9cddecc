import { isRecord } from '@synaprune/core/checks';
import { ownTensors } from '../batch/own-tensors.js';
import type { Batch, StepOfMany } from './trainer-api.js';

/** A batch whose tensors are its own. */
export function ownBatch<Given extends Batch>(batch: Given): Given {
  if (!isRecord(batch)) return batch;
  const { inputs, targets, sampleWeights } = batch as Batch;
  return {
    ...batch,
    inputs: ownTensors(inputs),
    ...(targets === undefined ? {} : { targets: ownTensors(targets) }),
    ...(sampleWeights === undefined ? {} : { sampleWeights: ownTensors(sampleWeights) }),
  };
}

/** Whether a step is told several batches. */
export function isOfMany(batch: unknown): batch is StepOfMany {
  return typeof batch === 'object' && batch !== null && 'batches' in batch;
}

/** The batches of a list are its own; those that are given one after another are not there yet. */
export function ownBatches(given: StepOfMany): StepOfMany {
  const { batches } = given;
  if (!Array.isArray(batches)) return given;
  return { ...given, batches: (batches as readonly Batch[]).map((batch) => ownBatch(batch)) };
}
