import { seriesOf } from '@synaprune/examples-kit/csv/read-csv';
import { parseSheet } from '@synaprune/examples-kit/csv/sheet';
import { makeDataset } from '@synaprune/examples-kit/series/windows';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { measureSpeed } from './measure-speed.js';
import { openRuntime, type RuntimeName } from './runtime/open.js';
import { buildModel } from './runtime/tfjs/model.js';
import { toyCsv } from './testing/toy.js';
import { TOY_SETTINGS } from './testing/toy-settings.js';
import { train } from './train.js';

const { series } = seriesOf('toy.csv', parseSheet('toy.csv', toyCsv(600)), { target: 'value' });
const dataset = makeDataset(series, 7);

/** A clock that goes on by ten milliseconds whenever somebody looks. */
function createClock(): () => number {
  let time = 0;
  return () => {
    time += 10;
    return time;
  };
}

describe.each<RuntimeName>(['tfjs', 'onnxruntime'])('a forecaster that %s trained', async (name) => {
  const runtime = await openRuntime(name, 'wasm');
  const [run] = await train(runtime, dataset, TOY_SETTINGS, { training: 'pruning', seed: 5 }, () => {});

  it('compares at each batch and says what multiplies in each layer, and forecasts stay what they were', async () => {
    await measureSpeed(run!, dataset, 'wasm', { now: createClock() });
    const before = tf.memory().numTensors;
    const speed = await measureSpeed(run!, dataset, 'wasm', { now: createClock() });
    expect(speed).toMatchObject({ seed: 5, backend: 'wasm' });
    expect(speed.speeds.map(({ batch }) => batch)).toEqual([1, 64]);
    for (const { milliseconds, speedup } of speed.speeds) {
      expect(speedup).toBe(milliseconds.dense / milliseconds.accelerated);
    }
    expect(speed.layers.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['lstm LSTM', 'dense Dense']);
    // Of values around 100.
    expect(speed.largestDifference).toBeLessThan(1e-3);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is timed as the model that forecasts what it forecast', async () => {
    await measureSpeed(run!, dataset, 'wasm', { now: createClock() });
    const { features, test, changeSize } = dataset;
    const shape = { length: 7, features: features.length, hidden: TOY_SETTINGS.hidden };
    const model = buildModel({ ...shape, weights: run!.weights, seed: 0 }, { dropout: 0 });
    const x = tf.tensor3d(test.inputs, [test.reference.length, 7, features.length]);
    const scaled = (model.predict(x) as tf.Tensor).dataSync();
    for (const [row, value] of run!.forecasts.entries()) {
      expect(test.reference[row]! + scaled[row]! * changeSize).toBeCloseTo(value, 3);
    }
    model.dispose();
    x.dispose();
  });

  it('asks for no more windows than there are', async () => {
    const test = { ...dataset.test, targets: dataset.test.targets.subarray(0, 5) };
    const speed = await measureSpeed(run!, { ...dataset, test }, 'wasm', { now: createClock() });
    expect(speed.speeds.map(({ batch }) => batch)).toEqual([1]);
  });
});
