import { compareSpeeds, largestDifference } from '@synaprune/examples-kit/speed';
import type { TimingOptions } from '@synaprune/examples-kit/timing';
import { accelerate } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { SavedFile, SpeedReport, WindowSet } from '../runtime.js';
import { artifactsOf } from './saved-model.js';

/** Loads a saved model twice, accelerates one of the two, and lets them predict in turns. */
export async function compareSavedSpeeds(
  files: readonly SavedFile[],
  { inputs, length, features }: WindowSet,
  batches: readonly number[],
  options: TimingOptions = {},
): Promise<SpeedReport> {
  // Two models: copies that share weights would share what is packed of them.
  const open = () => tf.loadLayersModel(tf.io.fromMemory(artifactsOf(files)));
  const [dense, accelerated] = [await open(), await open()];
  const window = length * features;
  const windowsOf = (count: number) =>
    tf.tensor3d(inputs.subarray(0, count * window), [count, length, features]);
  const all = windowsOf(inputs.length / window);
  const firsts = new Map(batches.map((batch) => [batch, windowsOf(batch)]));
  const predict = (model: tf.LayersModel, x: tf.Tensor) =>
    tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync());
  const inputsOfReport = { inputs: firsts.get(batches[0]!)! };
  let acceleration = accelerate(accelerated, inputsOfReport);
  try {
    const farthest = largestDifference(predict(dense, all), predict(accelerated, all));
    const ways = {
      dense: (batch: number) => predict(dense, firsts.get(batch)!),
      accelerated: (batch: number) => predict(accelerated, firsts.get(batch)!),
    };
    const speeds = await compareSpeeds(ways, batches, options);
    // Once more for its report: the times in the first one are of a program that was just being compiled.
    acceleration.release();
    acceleration = accelerate(accelerated, inputsOfReport);
    return { largestDifference: farthest, speeds, layers: acceleration.report.layers };
  } finally {
    acceleration.release();
    tf.dispose([all, ...firsts.values()]);
    for (const model of [dense, accelerated]) model.dispose();
  }
}
