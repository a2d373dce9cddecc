import { PruneError } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { constantSparsity, createPruner, pruneModel, type TfjsBackend, tfjsWebgpuBackend } from './index.js';
import { useWebgpu } from './testing/use-webgpu.js';

const gpu = await useWebgpu();

if ('missing' in gpu) {
  it.skip(`tfjs variables on WebGPU (${gpu.missing})`, () => {});
} else {
  afterAll(() => gpu.close());

  let variables: tf.Variable[];
  beforeEach(async () => {
    await tf.setBackend('webgpu');
    variables = [
      tf.tidy(() => tf.variable(tf.tensor1d([3, -1, 2, -4]))),
      tf.tidy(() => tf.variable(tf.tensor1d([5, 6]))),
    ];
  });
  afterEach(() => tf.dispose(variables));

  const prune = (backend: TfjsBackend = tfjsWebgpuBackend()) =>
    createPruner({
      backend,
      weights: variables.map((weight, i) => ({ name: `weight-${i}`, weight })),
      schedule: constantSparsity(0.5),
    });
  const valuesOf = async (tensor: tf.Tensor) => [...(await tensor.data())];

  describe('what tfjs knows of a variable', () => {
    it('is the pruned values, also after it had read the others', async () => {
      expect(await valuesOf(variables[0]!)).toEqual([3, -1, 2, -4]);
      const pruner = prune();
      await pruner.update(0);
      expect(await valuesOf(variables[0]!)).toEqual([0, 0, 0, -4]);
      tf.tidy(() => variables[0]!.assign(tf.tensor1d([1, 1, 1, 1])));
      expect(await valuesOf(variables[0]!)).toEqual([1, 1, 1, 1]);
      pruner.enforceSync();
      expect(await valuesOf(variables[0]!)).toEqual([0, 0, 0, 1]);
      pruner.dispose();
    });

    it('leaves clones, views and the tensor it was made from as they were', async () => {
      const made = tf.tensor1d([3, -1, 2, -4]);
      variables[0]!.dispose();
      variables[0] = tf.variable(made);
      const [clone, view] = [variables[0].clone(), variables[0].reshape([2, 2])];
      const pruner = prune();
      await pruner.update(0);
      expect(await valuesOf(variables[0])).toEqual([0, 0, 0, -4]);
      for (const other of [made, clone, view]) {
        expect(await valuesOf(other)).toEqual([3, -1, 2, -4]);
        other.dispose();
      }
      pruner.dispose();
    });

    it('leaves a buffer that the caller lent as it was', async () => {
      const { device } = tf.backend() as unknown as { device: GPUDevice };
      const lent = device.createBuffer({ size: 16, usage: 0x80 | 0x8 | 0x4 });
      device.queue.writeBuffer(lent, 0, Float32Array.of(3, -1, 2, -4));
      variables[0]!.dispose();
      variables[0] = tf.tidy(() => tf.variable(tf.tensor({ buffer: lent, zeroCopy: true }, [4], 'float32')));
      const again = tf.tensor({ buffer: lent, zeroCopy: true }, [4], 'float32');
      const pruner = prune();
      await pruner.update(0);
      expect(await valuesOf(variables[0])).toEqual([0, 0, 0, -4]);
      expect(await valuesOf(again)).toEqual([3, -1, 2, -4]);
      pruner.dispose();
      again.dispose();
      lent.destroy();
    });

    it('includes what tfjs has queued and not yet sent', async () => {
      const pruner = prune();
      // Nothing is read in between, so that all of this may still wait in tfjs's queue.
      tf.tidy(() => variables[0]!.assign(tf.tensor1d([1, 2, 3, 4]).mul(tf.scalar(10)).add(tf.scalar(1))));
      await pruner.update(0);
      expect(await valuesOf(variables[0]!)).toEqual([0, 21, 31, 41]);
      expect(await valuesOf(variables[1]!)).toEqual([0, 0]);
      pruner.dispose();
    });
  });

  it('gives masks as bool tensors, masks gradients, and keeps neither', async () => {
    const backend = tfjsWebgpuBackend();
    const before = tf.memory().numTensors;
    const pruner = prune(backend);
    await pruner.update(0);
    const mask = backend.maskOf(variables[0]!)!;
    expect([mask.dtype, mask.shape, await valuesOf(mask)]).toEqual(['bool', [4], [0, 0, 0, 1]]);
    const gradient = tf.tensor1d([Number.NaN, Number.POSITIVE_INFINITY, -1, 7]);
    const masked = backend.maskGradient(variables[0]!, gradient);
    expect(await valuesOf(masked)).toEqual([0, 0, 0, 7]);
    tf.dispose([gradient, masked]);
    pruner.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('prunes a layers model through pruneModel, without naming a backend', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [10] })] });
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const pruning = pruneModel(model, { schedule: constantSparsity(0.7), print: false });
    const x = tf.ones([8, 10]);
    await model.fit(x, x, { epochs: 2, verbose: 0, callbacks: pruning.callback });
    const kernel = await valuesOf(model.getWeights()[0]!);
    expect(kernel.filter((value) => Object.is(value, 0))).toHaveLength(70);
    pruning.dispose();
    tf.dispose([x]);
    model.dispose();
  });

  it('counts the zeros that are there, follows a layer that is frozen, and keeps nothing', async () => {
    const before = tf.memory().numTensors;
    const layers = ['base', 'head'].map((name) =>
      tf.layers.dense({ name, units: 10, inputShape: [10], useBias: false }),
    );
    const model = tf.sequential({ layers });
    const compile = () => model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    compile();
    const pruning = pruneModel(model, {
      schedule: constantSparsity(0.5),
      print: false,
      distribution: 'uniform',
    });
    const x = tf.ones([8, 10]);
    const train = () => model.fit(x, x, { epochs: 1, verbose: 0, callbacks: pruning.callback });
    await train();
    const kernel = model.getLayer('base').weights[0]!.read();
    tf.tidy(() => model.getLayer('base').setWeights([tf.ones([10, 10])]));
    expect((await pruning.pruner.report()).total).toMatchObject({ dropped: 100, zeros: 50, revived: 50 });
    await train();
    expect((await pruning.pruner.report()).total).toMatchObject({ dropped: 100, zeros: 100, revived: 0 });
    model.getLayer('base').trainable = false;
    model.optimizer.dispose();
    compile();
    const frozen = await valuesOf(kernel);
    await train();
    expect(await valuesOf(kernel)).toEqual(frozen);
    expect((await pruning.pruner.report()).total).toMatchObject({ elements: 100, dropped: 50, zeros: 50 });
    pruning.dispose();
    model.optimizer.dispose();
    model.dispose();
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  describe('bad input', () => {
    const codeOf = async (call: () => unknown) => {
      try {
        await call();
      } catch (error) {
        return error instanceof PruneError ? error.code : error;
      }
      return 'nothing thrown';
    };

    it('another tfjs backend, before or after', async () => {
      const pruner = prune();
      await pruner.update(0);
      await tf.setBackend('cpu');
      expect(() => tfjsWebgpuBackend()).toThrow(/tfjs runs on cpu.*setBackend\('webgpu'\)/);
      for (const call of [() => pruner.update(0), () => pruner.enforceSync(), () => pruner.save()]) {
        expect(await codeOf(call)).toBe('unsupported');
      }
      await tf.setBackend('webgpu');
      pruner.dispose();
    });

    it('a variable disposed behind our back changes nothing else', async () => {
      const pruner = prune();
      await pruner.update(0);
      const saved = await pruner.save();
      variables[1]!.dispose();
      for (const call of [() => pruner.update(0), () => pruner.enforceSync(), () => pruner.report()]) {
        expect(await codeOf(call)).toBe('weight-changed');
      }
      expect(await pruner.save()).toEqual(saved);
      pruner.dispose();
    });

    it('an option that there is not', () => {
      expect(() => tfjsWebgpuBackend({ prnt: false } as never)).toThrow(/did you mean "print"/);
    });

    it('a dtype that is not float32, with its name', () => {
      const whole = tf.tidy(() => tf.variable(tf.tensor1d([1, 2], 'int32')));
      expect(() => tfjsWebgpuBackend().createMask(whole)).toThrow(/float32; variable \S+ is of int32/);
      whole.dispose();
    });

    it('a version of tfjs whose buffers are out of reach falls back to operations, and says so', async () => {
      const backend = tf.backend() as unknown as { tensorMap: unknown; uploadToGPU: unknown };
      const upload = backend.uploadToGPU;
      const print = vi.fn();
      backend.uploadToGPU = undefined;
      const fallback = tfjsWebgpuBackend({ print });
      backend.uploadToGPU = upload;
      expect(print).toHaveBeenCalledExactlyOnceWith(
        expect.stringMatching(/no uploadToGPU.*operations.*slower/),
      );
      expect(fallback.manifest.name).toBe('tfjs (webgpu, through operations)');
      const pruner = prune(fallback);
      await pruner.update(0);
      expect(await valuesOf(variables[0]!)).toEqual([0, 0, 0, -4]);
      pruner.dispose();
    });
  });

  it('has had no error from the device', () => {
    expect(gpu.errors).toEqual([]);
  });
}
