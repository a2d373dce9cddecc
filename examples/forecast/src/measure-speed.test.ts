import { seriesOf } from '@synaprune/examples-kit/csv/read-csv';
import { parseSheet } from '@synaprune/examples-kit/csv/sheet';
import { makeDataset } from '@synaprune/examples-kit/series/windows';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { measureSpeed } from './measure-speed.js';
import { openRuntime } from './runtime/open.js';
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

describe('on tfjs', async () => {
  const runtime = await openRuntime('tfjs', 'wasm');
  const [run] = await train(runtime, dataset, TOY_SETTINGS, { training: 'pruning', seed: 5 }, () => {});

  it('compares at each batch and says what multiplies in each layer, and forecasts stay what they were', async () => {
    const before = tf.memory().numTensors;
    const speed = await measureSpeed(runtime, run!, dataset, 7, { now: createClock() });
    expect(speed!.seed).toBe(5);
    expect(speed!.speeds.map(({ batch }) => batch)).toEqual([1, 64]);
    for (const { milliseconds, speedup } of speed!.speeds) {
      expect(speedup).toBe(milliseconds.dense / milliseconds.accelerated);
    }
    expect(speed!.layers.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['lstm LSTM', 'dense Dense']);
    // Of values around 100.
    expect(speed!.largestDifference).toBeLessThan(1e-3);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('asks for no more windows than there are', async () => {
    const test = { ...dataset.test, targets: dataset.test.targets.subarray(0, 5) };
    const speed = await measureSpeed(runtime, run!, { ...dataset, test }, 7, { now: createClock() });
    expect(speed!.speeds.map(({ batch }) => batch)).toEqual([1]);
  });
});

it('is not measured on a runtime without kernels that skip zeros', async () => {
  const runtime = await openRuntime('onnxruntime', 'wasm');
  expect(await measureSpeed(runtime, { files: [], seed: 1 }, dataset, 7)).toBeNull();
});
