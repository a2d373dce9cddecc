import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createPruner, tensorScore, tfjsWebgpuBackend } from './index.js';
import { useWebgpu } from './testing/use-webgpu.js';

/*
 * What goes wrong where two own one device: tfjs keeps integers under the name of floats, has commands waiting that
 * read our masks, and answers from its memory.
 */

const gpu = await useWebgpu();

if ('missing' in gpu) {
  it.skip(`one device with tfjs (${gpu.missing})`, () => {});
} else {
  afterAll(() => gpu.close());
  afterEach(async () => {
    await (tf.backend() as unknown as { device: GPUDevice }).device.queue.onSubmittedWorkDone();
    expect(gpu.errors).toEqual([]);
  });

  const valuesOf = async (tensor: tf.Tensor) => [...(await tensor.data())];
  const prune = (
    weight: tf.Variable,
    backend = tfjsWebgpuBackend(),
    score: Parameters<typeof tensorScore<tf.Variable>>[0] | undefined = undefined,
  ) =>
    createPruner({
      backend,
      weights: [{ name: 'weight', weight }],
      schedule: (sparsity) => sparsity,
      ...(score && { score: tensorScore(score) }),
    });

  describe.each([true, false])('floats that tfjs holds as integers, forwarded to the host: %s', (forward) => {
    const half = async (weight: tf.Variable) => {
      tf.env().set('WEBGPU_CPU_FORWARD', forward);
      const pruner = prune(weight);
      await pruner.update(0.5);
      const values = await valuesOf(weight);
      pruner.dispose();
      weight.dispose();
      return values;
    };

    it('are pruned as floats, with their source alive and without', async () => {
      const source = tf.tensor1d([3, -1, 2, -4, 7, 5], 'int32');
      expect(await half(tf.variable(source.toFloat()))).toEqual([0, 0, 0, -4, 7, 5]);
      expect(await valuesOf(source)).toEqual([3, -1, 2, -4, 7, 5]);
      source.dispose();
      const alone = tf.tidy(() => tf.variable(tf.tensor1d([3, -1, 2, -4, 7, 5], 'int32').cast('float32')));
      expect(await half(alone)).toEqual([0, 0, 0, -4, 7, 5]);
      expect(await half(tf.tidy(() => tf.variable(tf.eye(2).greater(0).toFloat())))).toEqual([1, 0, 0, 1]);
    });

    it('rank as floats where they are scores, and are not kept', async () => {
      const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3, 4, 5, 6])));
      const scores = tf.tidy(() => tf.variable(tf.tensor1d([60, -50, 40, -30, 20, 10], 'int32').toFloat()));
      const before = tf.memory().numTensors;
      const pruner = prune(weight, tfjsWebgpuBackend(), () => scores);
      await pruner.update(0.5);
      expect(await valuesOf(weight)).toEqual([1, 2, 3, 0, 0, 0]);
      pruner.dispose();
      expect(tf.memory().numTensors).toBe(before);
      tf.dispose([weight, scores]);
    });

    it('are masked where they are gradients', async () => {
      const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3, 4])));
      const backend = tfjsWebgpuBackend();
      const pruner = prune(weight, backend);
      await pruner.update(0.5);
      const gradient = tf.tidy(() => backend.maskGradient(weight, tf.ones([4], 'int32').toFloat()));
      const again = tf.tidy(() => backend.maskGradient(weight, backend.maskOf(weight)!.cast('float32')));
      expect([await valuesOf(gradient), await valuesOf(again)]).toEqual([
        [0, 0, 1, 1],
        [0, 0, 1, 1],
      ]);
      pruner.dispose();
      tf.dispose([weight, gradient, again]);
    });
  });

  describe("commands that wait in tfjs's queue", () => {
    it('still run when the mask they read is given back', async () => {
      const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3, 4])));
      const bias = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3]).mul(tf.scalar(1))));
      const backend = tfjsWebgpuBackend();
      const pruner = prune(weight, backend);
      await pruner.update(0.5);
      const kept = tf.tidy(() => backend.maskOf(weight)!.cast('float32').mean());
      const gradient = backend.maskGradient(weight, tf.ones([4]));
      tf.tidy(() => bias.assign(bias.mul(tf.scalar(10))));
      pruner.dispose();
      expect(await valuesOf(bias)).toEqual([10, 20, 30]);
      expect([await valuesOf(kept), await valuesOf(gradient)]).toEqual([[0.5], [0, 0, 1, 1]]);
      tf.dispose([weight, bias, kept, gradient]);
    });

    it('see the mask of their time, not that of a later pruner in the same place', async () => {
      const [weight, other] = [1, 2].map(() => tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3, 4]))));
      const backend = tfjsWebgpuBackend();
      const neighbour = prune(other!, backend);
      const pruner = prune(weight!, backend);
      await pruner.update(0.5);
      const gradient = backend.maskGradient(weight!, tf.ones([4]));
      pruner.dispose();
      const next = prune(weight!, backend);
      expect(await valuesOf(gradient)).toEqual([0, 0, 1, 1]);
      for (const one of [next, neighbour]) one.dispose();
      tf.dispose([weight!, other!, gradient]);
    });
  });

  it('a read in flight does not bring back what it read', async () => {
    const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3, 4])));
    const pruner = prune(weight);
    await pruner.update(0.5);
    tf.tidy(() => weight.assign(tf.tensor1d([1, 2, 3, 4]).mul(tf.scalar(1))));
    const reading = weight.data();
    pruner.enforceSync();
    expect([...(await reading)]).toEqual([1, 2, 3, 4]);
    expect(await valuesOf(weight)).toEqual([0, 0, 3, 4]);
    pruner.dispose();
    weight.dispose();
  });

  it('a mask is refused, and forgets nothing, while tfjs is on another backend', async () => {
    const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3, 4])));
    const backend = tfjsWebgpuBackend();
    const pruner = prune(weight, backend);
    await pruner.update(0.5);
    await tf.setBackend('cpu');
    for (const call of [() => backend.maskOf(weight), () => backend.maskGradient(weight, tf.ones([4]))]) {
      expect(call).toThrow(expect.objectContaining({ code: 'unsupported' }));
    }
    await tf.setBackend('webgpu');
    expect(await valuesOf(backend.maskOf(weight)!)).toEqual([0, 0, 1, 1]);
    pruner.dispose();
    weight.dispose();
  });
}
