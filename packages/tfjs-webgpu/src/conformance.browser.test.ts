import { registerConformance } from '@synaprune/conformance';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { tfjsWebgpuBackend } from './index.js';
import { createHarness, watchBuffers } from './testing/harness.js';
import { trainForecaster } from './testing/training.js';
import { useWebgpu } from './testing/use-webgpu.js';

const gpu = await useWebgpu();
// A browser test without its device would show nothing: Chromium is started with one.
if ('missing' in gpu) throw new Error(gpu.missing);

// In Node all of these; what is chosen (1 to 4) is chosen by @synaprune/webgpu, which checks it on this device too.
registerConformance(
  createHarness(`tfjs on webgpu, ${gpu.driver}`),
  { describe, it },
  { mostElements: 2 ** 18, laws: [5, 6, 7, 8, 9], part: inject('kitGlance') },
);

// As in Node: compiling what an LSTM is made of takes all but a moment of it.
it.skipIf(!inject('whole'))(
  'trains an LSTM for 20 steps with no dropped weight left and no memory kept',
  async () => {
    const watch = watchBuffers();
    const measure = () => ({ tensors: tf.memory().numTensors, ownBuffers: watch.live() });
    const run = await trainForecaster({ backend: tfjsWebgpuBackend(), measure }, 20);
    expect(run.leaked).toBe(0);
    // 0.8 of 1424 elements, rounded down.
    expect(run.sparsity).toBe(1139 / 1424);
    expect(run.after).toEqual(run.before);
    expect(run.losses.at(-1)).toBeLessThan(run.losses[0]!);
  },
);

it('has had no error from the device', () => {
  expect(gpu.errors).toEqual([]);
});

afterAll(() => gpu.close());
