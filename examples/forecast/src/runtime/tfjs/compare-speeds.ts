import { compareAcceleration } from '@synaprune/examples-kit/speed';
import type { TimingOptions } from '@synaprune/examples-kit/timing';
import { accelerate } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { ForecasterWeights } from '../../initial-weights.js';
import type { SpeedReport, WindowSet } from '../runtime.js';
import { buildModel } from './model.js';

/**
 * Makes two tfjs models of a forecaster's weights, whatever trained them, accelerates one of the two, and lets them predict
 * in turns.
 */
export async function compareForecasterSpeeds(
  weights: ForecasterWeights,
  { inputs, length, features }: WindowSet,
  batches: readonly number[],
  options: TimingOptions = {},
): Promise<SpeedReport> {
  const hidden = weights.denseKernel.length;
  // Two models: copies that share weights would share what is packed of them.
  const build = () => buildModel({ length, features, hidden, weights, seed: 0 }, { dropout: 0 });
  const [dense, accelerated] = [build(), build()];
  const window = length * features;
  const all = inputs.length / window;
  const windows = new Map(
    [...new Set([...batches, all])].map((count) => [
      count,
      tf.tensor3d(inputs.subarray(0, count * window), [count, length, features]),
    ]),
  );
  const predict = (model: tf.LayersModel, count: number) =>
    tf.tidy(() => (model.predict(windows.get(count)!) as tf.Tensor).dataSync());
  try {
    return await compareAcceleration(
      {
        dense: (count) => predict(dense, count),
        accelerated: (count) => predict(accelerated, count),
        accelerate: (count) => accelerate(accelerated, { inputs: windows.get(count)! }),
        batches,
        compared: all,
      },
      options,
    );
  } finally {
    tf.dispose([...windows.values()]);
    for (const model of [dense, accelerated]) model.dispose();
  }
}
