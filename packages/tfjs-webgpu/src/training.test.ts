import { constantSparsity, type TfjsBackend, tfjsBackend } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { pruneModel, tfjsWebgpuBackend } from './index.js';
import { watchBuffers } from './testing/harness.js';
import { trainForecaster, trainTransformer } from './testing/training.js';
import { useWebgpu } from './testing/use-webgpu.js';

const gpu = await useWebgpu();

if ('missing' in gpu) {
  it.skip(`training under pruning on tfjs's WebGPU (${gpu.missing})`, () => {});
} else {
  const steps = inject('whole') ? 200 : 40;
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
  ])(`${steps} steps of %s with Adam`, (_name, train) => {
    it('leave no dropped weight, agree with the cpu, and keep no memory', async () => {
      await tf.setBackend('cpu');
      const there = await train({ backend: tfjsBackend(), measure }, steps);
      await tf.setBackend('webgpu');
      const here = await train({ backend: tfjsWebgpuBackend(), measure }, steps);
      expect(here.leaked).toBe(0);
      expect(here.sparsity).toBe(there.sparsity);
      expect(here.after).toEqual(here.before);
      for (const [step, loss] of here.losses.entries()) expect(loss).toBeCloseTo(there.losses[step]!, 5);
    });
  });

  it('learns on under masks that are chosen anew, as on the cpu', async () => {
    const run = async (backend: TfjsBackend) => {
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [10] })] });
      // Reckoned here: devices have sines of their own.
      const waves = (by: number) =>
        tf.tensor2d(
          Float32Array.from({ length: 100 }, (_, i) => Math.sin(i * by)),
          [10, 10],
        );
      tf.tidy(() => model.setWeights([waves(0.7), tf.zeros([10])]));
      model.compile({ optimizer: tf.train.sgd(0.5), loss: 'meanSquaredError' });
      const schedule = constantSparsity(0.5);
      const pruning = pruneModel(model, { straightThrough: true, schedule, backend, print: false });
      const [x, y] = tf.tidy(() => [waves(1.3), waves(2.1)] as const);
      const seen: string[] = [];
      for (let step = 0; step < 12; step += 1) {
        await pruning.pruner.update(step);
        seen.push((await pruning.masks()).map(({ bits }) => bits.join()).join());
        await model.trainOnBatch(x, y);
      }
      const weights = [...(await model.getWeights()[0]!.data())];
      const before = measure();
      await pruning.pruner.update(12);
      await model.trainOnBatch(x, y);
      const after = measure();
      pruning.dispose();
      model.optimizer.dispose();
      model.dispose();
      tf.dispose([x, y]);
      return { seen, weights, before, after };
    };
    await tf.setBackend('cpu');
    const there = await run(tfjsBackend());
    await tf.setBackend('webgpu');
    const here = await run(tfjsWebgpuBackend());
    expect(new Set(there.seen).size).toBeGreaterThan(1);
    expect(here.seen).toEqual(there.seen);
    for (const [i, value] of here.weights.entries()) expect(value).toBeCloseTo(there.weights[i]!, 5);
    expect(here.weights.filter((value) => value === 0)).toHaveLength(50);
    expect(here.after).toEqual(here.before);
  });

  it('has had no error from the device', () => {
    expect(gpu.errors).toEqual([]);
  });
}
