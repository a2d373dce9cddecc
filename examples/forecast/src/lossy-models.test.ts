import { seriesOf } from '@synaprune/examples-kit/csv/read-csv';
import { parseSheet } from '@synaprune/examples-kit/csv/sheet';
import { makeDataset } from '@synaprune/examples-kit/series/windows';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { packLossy } from './lossy-models.js';
import { inOriginalUnits } from './original-units.js';
import { openRuntime } from './runtime/open.js';
import { toyCsv } from './testing/toy.js';
import { TOY_SETTINGS } from './testing/toy-settings.js';
import { train } from './train.js';

const { series } = seriesOf('toy.csv', parseSheet('toy.csv', toyCsv()), { target: 'value' });
const dataset = makeDataset(series, 7);
const window = { length: 7, features: dataset.features.length };

it.each(['tfjs', 'onnxruntime'] as const)(
  'a packed model forecasts what the saved one did, and fewer bits are told with their price: %s',
  async (name) => {
    const runtime = await openRuntime(name, 'wasm');
    const [run] = await train(runtime, dataset, TOY_SETTINGS, { training: 'pruning', seed: 5 }, () => {});
    const { files, forecasts, sizes, lossy, mae } = run!;

    const { bytes } = await runtime.pack(files, 'exact');
    expect(bytes.length).toBe(sizes.packedBytes);
    expect(sizes.packedBytes).toBeLessThan(sizes.brotliBytes);
    const numTensors = tf.memory().numTensors;
    const forecaster = await runtime.openPacked(bytes, window);
    const scaled = await forecaster.predict(dataset.test.inputs);
    await forecaster.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
    for (const [row, value] of inOriginalUnits(dataset, dataset.test, scaled).entries()) {
      // Of values around 100, through another graph where ONNX is trained.
      expect(value).toBeCloseTo(forecasts[row]!, 3);
    }

    expect(await packLossy(runtime, files, dataset, 7)).toEqual(lossy);
    expect(lossy.map(({ values }) => values)).toEqual(['float16', 'int8', 'clustered']);
    const [halves, eighths] = lossy;
    expect(halves!.bytes).toBeLessThan(sizes.packedBytes);
    expect(eighths!.bytes).toBeLessThan(halves!.bytes);
    // Weights are near 1, where neighbours of float16 are 2⁻¹⁰ apart.
    expect(halves!.error.absolute).toBeGreaterThan(0);
    expect(halves!.error.absolute).toBeLessThan(2 ** -10);
    expect(Math.abs(halves!.mae / mae - 1)).toBeLessThan(0.01);
  },
);
