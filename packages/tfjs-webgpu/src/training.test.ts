import { tfjsBackend } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import { tfjsWebgpuBackend } from './index.js';
import { watchBuffers } from './testing/harness.js';
import { trainForecaster, trainTransformer } from './testing/training.js';
import { useWebgpu } from './testing/use-webgpu.js';

const gpu = await useWebgpu();

if ('missing' in gpu) {
  it.skip(`training under pruning on tfjs's WebGPU (${gpu.missing})`, () => {});
} else {
  const watch = watchBuffers();
  const measure = () => ({
    tensors: tf.memory().numTensors,
    bytes: tf.memory().numBytes,
    ownBuffers: watch.live(),
  });
  afterAll(() => gpu.close());

  describe.each([
    ['an LSTM under pruneModel', trainForecaster],
    ['a transformer block under pruneOptimizer', trainTransformer],
  ])('200 steps of %s with Adam', (_name, train) => {
    it('leave no dropped weight, agree with the cpu, and keep no memory', async () => {
      await tf.setBackend('cpu');
      const there = await train({ backend: tfjsBackend(), measure });
      await tf.setBackend('webgpu');
      const here = await train({ backend: tfjsWebgpuBackend(), measure });
      expect(here.leaked).toBe(0);
      expect(here.sparsity).toBe(there.sparsity);
      expect(here.after).toEqual(here.before);
      for (const [step, loss] of here.losses.entries()) expect(loss).toBeCloseTo(there.losses[step]!, 5);
    });
  });

  it('has had no error from the device', () => {
    expect(gpu.errors).toEqual([]);
  });
}
