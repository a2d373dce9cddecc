import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { constantSparsity, pruneModel } from '../index.js';
import { tensorOf } from '../testing/models.js';
import { growth, type TestBackend, useBackend } from '../testing/use-backend.js';
import { registerWasmTrainingKernels } from './wasm-training-kernels.js';

/** Trains a model with an embedding, a convolution and a depthwise one, and returns all of its weights. */
async function train(backend: TestBackend): Promise<{ values: number[]; leaked: number }> {
  await useBackend(backend);
  const { layers } = tf;
  const model = tf.sequential({
    layers: [
      layers.embedding({ inputDim: 6, outputDim: 4, inputLength: 16 }),
      layers.reshape({ targetShape: [8, 8, 1] }),
      layers.conv2d({ filters: 2, kernelSize: 3 }),
      layers.depthwiseConv2d({ kernelSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ],
  });
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tensorOf(i + 1, shape))));
  const optimizer = tf.train.momentum(0.01, 0.9);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
  const x = tf.tidy(() => tensorOf(9, [10, 16]).abs().mul(6).floor());
  const y = tensorOf(10, [10, 2]);
  await pruning.pruner.update(0);
  const step = async () => {
    await model.trainOnBatch(x, y);
  };
  await step();
  const grown = await growth(async () => {
    await step();
    await step();
  });
  const values = await Promise.all(model.getWeights().map((weight) => weight.data()));
  pruning.dispose();
  optimizer.dispose();
  model.dispose();
  tf.dispose([x, y]);
  return { values: values.flatMap((part) => [...part]), leaked: grown.tensors };
}

describe('registerWasmTrainingKernels', () => {
  it('lets embeddings and convolutions train on wasm, with the numbers of cpu', async () => {
    await useBackend('wasm');
    await expect(train('wasm')).rejects.toThrow(/not registered for backend 'wasm'/);
    expect(registerWasmTrainingKernels()).toEqual([
      'UnsortedSegmentSum',
      'Conv2DBackpropFilter',
      'DepthwiseConv2dNativeBackpropFilter',
      'DepthwiseConv2dNativeBackpropInput',
      'Einsum',
    ]);
    expect(registerWasmTrainingKernels()).toEqual([]);
    const [wasm, cpu] = [await train('wasm'), await train('cpu')];
    expect(wasm.leaked).toBe(0);
    expect(wasm.values).toHaveLength(cpu.values.length);
    for (const [i, value] of wasm.values.entries()) expect(value).toBeCloseTo(cpu.values[i]!, 5);
  });

  it('runs Einsum, whose inputs are a list', async () => {
    registerWasmTrainingKernels();
    await useBackend('wasm');
    const grown = await growth(async () => {
      const product = tf.tidy(() => tf.einsum('ij,jk->ik', tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])));
      expect([...product.dataSync()]).toEqual([11]);
      product.dispose();
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
  });
});
