import { isRecord } from '@synaprune/core/checks';
import { ownTensors } from '../batch/own-tensors.js';
import type { Batch } from './trainer-api.js';

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
