import * as tf from '@tensorflow/tfjs-core';
import type { BatchTensors } from './model-batches.js';

/** Samples that are run at once. */
const TOGETHER = 32;

/** Samples of batches. */
export function countSamples(batches: readonly BatchTensors[]): number {
  return batches.reduce((sum, [first]) => sum + first!.shape[0]!, 0);
}

/**
 * Some of the samples of batches, as batches of at most `together`, which are the caller's to dispose of. The order stays.
 *
 * @param from first sample
 * @param to the one behind the last
 */
export function takeSamples(
  batches: readonly BatchTensors[],
  from: number,
  to: number,
  together: number = TOGETHER,
): BatchTensors[] {
  const taken: BatchTensors[] = [];
  let before = 0;
  for (const batch of batches) {
    const samples = batch[0]!.shape[0]!;
    const end = Math.min(to - before, samples);
    for (let at = Math.max(from - before, 0); at < end; at += together) {
      const count = Math.min(together, end - at);
      taken.push(batch.map((tensor) => tf.slice(tensor, at, count)));
    }
    before += samples;
  }
  return taken;
}
