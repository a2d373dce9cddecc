import { seriesOf } from '@synaprune/examples-kit/csv/read-csv';
import { parseSheet } from '@synaprune/examples-kit/csv/sheet';
import { makeDataset } from '@synaprune/examples-kit/series/windows';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { openRuntime } from './runtime/open.js';
import type { Settings } from './settings.js';
import { toyCsv } from './testing/toy.js';
import { sizesOf, train } from './train.js';

const { series } = seriesOf('toy.csv', parseSheet('toy.csv', toyCsv()), { target: 'value' });
const dataset = makeDataset(series, 7);
const settings: Settings = {
  hidden: 4,
  length: 7,
  epochs: 5,
  patience: 3,
  batchSize: 64,
  learningRate: 1e-2,
  dropout: 0.3,
  passes: 20,
  recipe: { schedule: { kind: 'synapticRamp', from: 0.3, to: 0.7, start: 1, end: 3 }, every: 'epoch' },
};
const runtime = await openRuntime('tfjs', 'wasm');
const quiet = () => {};

describe('train', () => {
  it.each(['plain', 'dropout', 'pruning'] as const)('repeats exactly for a seed: %s', async (training) => {
    const first = await train(runtime, dataset, settings, { training, seed: 42 }, quiet);
    const second = await train(runtime, dataset, settings, { training, seed: 42 }, quiet);
    const timeless = (results: typeof first) => results.map((result) => ({ ...result, seconds: 0 }));
    expect(timeless(second)).toEqual(timeless(first));
  });

  it('differs from seed to seed', async () => {
    const run = async (seed: number) =>
      (await train(runtime, dataset, { ...settings, epochs: 4 }, { training: 'plain', seed }, quiet))[0]!.mae;
    expect(await run(43)).not.toBe(await run(42));
  });

  it('prunes along the schedule and restores an epoch that is fully pruned', async () => {
    const [result] = await train(runtime, dataset, settings, { training: 'pruning', seed: 1 }, quiet);
    const { epochs, bestEpoch, sparsity, kernels } = result!;
    const elements = kernels.reduce((sum, { kept }) => sum + kept.length, 0);
    const at = (target: number) => Math.floor(target * elements) / elements;
    // 0.35 = 0.3 + 0.4 · 0.5³.
    expect(epochs.map((epoch) => epoch.sparsity)).toEqual([0, at(0.3), at(0.35), at(0.7), at(0.7)]);
    expect(bestEpoch).toBeGreaterThanOrEqual(3);
    expect(sparsity).toBe(at(0.7));
  });

  it('saves a model that tfjs loads, with as many zeros as the masks drop', async () => {
    const [result] = await train(runtime, dataset, settings, { training: 'pruning', seed: 1 }, quiet);
    const { modelTopology, weightsManifest } = JSON.parse(
      new TextDecoder().decode(result!.files.find(({ name }) => name === 'model.json')!.bytes),
    ) as { modelTopology: object; weightsManifest: [{ weights: tf.io.WeightsManifestEntry[] }] };
    const weights = result!.files.find(({ name }) => name === 'weights.bin')!.bytes;
    const model = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology,
        weightSpecs: weightsManifest[0].weights,
        weightData: weights.slice().buffer,
      }),
    );
    const kernels = model.getWeights().filter((weight) => weight.shape.length === 2);
    const zeros = kernels.reduce(
      (sum, kernel) => sum + kernel.dataSync().filter((value) => value === 0).length,
      0,
    );
    const dropped = result!.kernels.reduce(
      (sum, { kept }) => sum + kept.filter((bit) => bit === 0).length,
      0,
    );
    expect(zeros).toBe(dropped);
    const { inputs, reference } = dataset.test;
    const x = tf.tensor3d(inputs, [reference.length, 7, dataset.features.length]);
    const scaled = (model.predict(x) as tf.Tensor).dataSync();
    const forecast = reference[0]! + scaled[0]! * dataset.changeSize;
    expect(forecast).toBeCloseTo(result!.forecasts[0]!, 4);
  });

  it('drops other units in each batch', async () => {
    const run = (dropout: number) =>
      train(runtime, dataset, { ...settings, epochs: 4, dropout }, { training: 'dropout', seed: 3 }, quiet);
    const [once, averaged] = await run(0.5);
    expect(averaged!.arm).toBe('mc-dropout');
    expect(averaged!.mae).not.toBe(once!.mae);
  });

  it('leaks no tensors', async () => {
    await train(runtime, dataset, settings, { training: 'pruning', seed: 1 }, quiet);
    const before = tf.memory().numTensors;
    await train(runtime, dataset, settings, { training: 'pruning', seed: 1 }, quiet);
    await train(runtime, dataset, settings, { training: 'dropout', seed: 1 }, quiet);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('sizesOf', () => {
  it('counts bytes as saved, and zeros as next to nothing', () => {
    const { denseBytes, gzipBytes, brotliBytes } = sizesOf([{ bytes: new Uint8Array(10_000) }]);
    expect(denseBytes).toBe(10_000);
    expect(gzipBytes).toBeLessThan(60);
    expect(brotliBytes).toBeLessThan(60);
  });
});
