import { seriesOf } from '@synaprune/examples-kit/csv/read-csv';
import { parseSheet } from '@synaprune/examples-kit/csv/sheet';
import { makeDataset } from '@synaprune/examples-kit/series/windows';
import { decodeModel, tensorToFloat32 } from '@synaprune/onnx';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import type { Settings } from '../settings.js';
import { toyCsv } from '../testing/toy.js';
import { TOY_SETTINGS } from '../testing/toy-settings.js';
import { type EpochRecord, train } from '../train.js';
import { openRuntime } from './open.js';
import type { Runtime } from './runtime.js';

const { series } = seriesOf('toy.csv', parseSheet('toy.csv', toyCsv()), { target: 'value' });
const dataset = makeDataset(series, 7);
const settings: Settings = {
  ...TOY_SETTINGS,
  epochs: 6,
  patience: 6,
  batchSize: 32,
  recipe: { schedule: { kind: 'synapticRamp', from: 0.3, to: 0.7, start: 1, end: 4 }, every: 'epoch' },
};
const TRAININGS = ['plain', 'dropout', 'pruning'] as const;

async function trainOn(runtime: Runtime, training: (typeof TRAININGS)[number]) {
  const epochs: EpochRecord[] = [];
  const results = await train(runtime, dataset, settings, { training, seed: 42 }, (epoch) =>
    epochs.push(epoch),
  );
  return { epochs, results };
}

const tfjs = await openRuntime('tfjs', 'wasm');
const expected = {
  plain: await trainOn(tfjs, 'plain'),
  dropout: await trainOn(tfjs, 'dropout'),
  pruning: await trainOn(tfjs, 'pruning'),
};

it('has a last batch that is short', () => {
  expect(dataset.train.targets.length % settings.batchSize).not.toBe(0);
});

describe.each(['node', 'wasm'])('onnxruntime on %s', async (backend) => {
  const runtime = await openRuntime('onnxruntime', backend);

  it.each(TRAININGS)('has the losses, masks and forecasts of tfjs: %s', async (training) => {
    const [ours, theirs] = [await trainOn(runtime, training), expected[training]];
    expect(ours.epochs).toHaveLength(settings.epochs);
    for (const [i, { trainLoss, validationLoss, kernels }] of ours.epochs.entries()) {
      expect(Math.abs(trainLoss - theirs.epochs[i]!.trainLoss)).toBeLessThan(1e-4);
      expect(Math.abs(validationLoss - theirs.epochs[i]!.validationLoss)).toBeLessThan(1e-4);
      expect(kernels).toEqual(theirs.epochs[i]!.kernels);
    }
    for (const [i, result] of ours.results.entries()) {
      expect(result.bestEpoch).toBe(theirs.results[i]!.bestEpoch);
      expect(result.kernels).toEqual(theirs.results[i]!.kernels);
      // Of values around 100.
      for (const [row, forecast] of result.forecasts.entries()) {
        expect(Math.abs(forecast - theirs.results[i]!.forecasts[row]!)).toBeLessThan(0.01);
      }
    }
  });

  it('repeats exactly for a seed', async () => {
    const [first, second] = [await trainOn(runtime, 'pruning'), await trainOn(runtime, 'pruning')];
    const timeless = ({ results }: typeof first) => results.map((result) => ({ ...result, seconds: 0 }));
    expect(timeless(second)).toEqual(timeless(first));
  });

  it.each(['dropout', 'pruning'] as const)(
    'saves one .onnx with as many zeros as masks drop, that forecasts the same: %s',
    async (training) => {
      const { results } = await trainOn(runtime, training);
      const { files, kernels, forecasts } = results[0]!;
      expect(files.map(({ name }) => name)).toEqual(['model.onnx']);
      const session = await ort.InferenceSession.create(files[0]!.bytes);
      expect(session.inputNames).toEqual(['window']);
      const { inputs, reference } = dataset.test;
      const dims = [reference.length, 7, dataset.features.length];
      const { forecast } = await session.run({ window: new ort.Tensor('float32', inputs, dims) });
      for (const [row, value] of forecasts.entries()) {
        const scaled = (forecast!.data as Float32Array)[row]!;
        expect(reference[row]! + scaled * dataset.changeSize).toBeCloseTo(value, 3);
      }
      const dropped = kernels.reduce((sum, { kept }) => sum + kept.filter((bit) => bit === 0).length, 0);
      const tensors = decodeModel(files[0]!.bytes).graph!.initializer.filter(
        ({ dataType }) => dataType === 1,
      );
      const zeros = tensors
        .filter(({ name }) => !name.endsWith('bias'))
        .reduce((sum, tensor) => sum + tensorToFloat32(tensor).filter((value) => value === 0).length, 0);
      expect(zeros).toBe(dropped);
      expect(dropped > 0).toBe(training === 'pruning');
    },
  );
});
