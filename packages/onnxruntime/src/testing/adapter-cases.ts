import { decodeModel, pruneOnnx, tensorToFloat32 } from '@synaprune/onnx';
import { addAdapters, mergeAdapters } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';
import { expect, it } from 'vitest';
import { createTrainer } from '../index.js';
import { modelOf, numbers, randomTensor } from './models.js';
import type { TestRuntime } from './runtimes.js';

/** A small convolution and two layers: kernels of Conv, MatMul and Gemm. */
const model = modelOf(
  [-1, 2, 6, 6],
  [-1, 3],
  [
    randomTensor('conv', [4, 2, 3, 3], 1, 0.5),
    randomTensor('point', [8, 4, 1, 1], 2, 0.5),
    randomTensor('inner', [8, 16], 3, 0.5),
    randomTensor('bias', [16], 4, 0.1),
    randomTensor('outer', [3, 16], 5, 0.5),
    randomTensor('shift', [3], 6, 0.1),
  ],
  [
    ['Conv', ['x', 'conv'], ['c'], { pads: [1, 1, 1, 1], strides: [2, 2] }],
    ['Tanh', ['c'], ['ct']],
    ['Conv', ['ct', 'point'], ['p']],
    ['GlobalAveragePool', ['p'], ['pool']],
    ['Flatten', ['pool'], ['flat']],
    ['MatMul', ['flat', 'inner'], ['h']],
    ['Add', ['h', 'bias'], ['hb']],
    ['Tanh', ['hb'], ['ht']],
    ['Gemm', ['ht', 'outer', 'shift'], ['y'], { transB: 1 }],
  ],
);
const select = ['conv', 'point', 'inner', 'outer'];
const x = { data: numbers(8 * 72, 7), dims: [8, 2, 6, 6] };
const y = numbers(24, 8);

const floats = async (tensors: Readonly<Record<string, Tensor>>) => [
  ...((await tensors.y!.getData()) as Float32Array),
];
const distance = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

/** Tests of adapters that pass on every runtime. */
export function adapterCases({ ort, executionProviders }: TestRuntime): void {
  const on = { ort, executionProviders };

  /** What a model answers, by a session of its own. */
  const answers = async (bytes: Uint8Array) => {
    const trainer = await createTrainer({ ...on, model: bytes, loss: 'mse', optimizer: 'sgd' });
    const given = await floats(await trainer.predict({ x }));
    await trainer.dispose();
    return given;
  };

  for (const sparsity of [0, 0.5]) {
    it(`trains adapters of a model at sparsity ${sparsity}, whose merged form answers as they do`, async () => {
      const base = sparsity === 0 ? model : (await pruneOnnx(model, { sparsity, select })).model;
      const adapted = addAdapters(base, { select, rank: 2, alpha: 4 });
      expect(adapted.adapters.map(({ runs }) => runs)).toEqual(
        select.map(() => (sparsity === 0 ? 'beside' : 'inside')),
      );
      const trainer = await createTrainer({
        ...on,
        ...adapted.training,
        loss: 'mse',
        optimizer: 'adam',
        learningRate: 0.02,
      });
      expect(trainer.weights).toEqual([]);
      expect(distance(await floats(await trainer.predict({ x })), await answers(base))).toBeLessThan(1e-6);
      const losses: number[] = [];
      for (let step = 0; step < 12; step += 1) {
        losses.push((await trainer.step({ inputs: { x }, targets: { y } })).loss);
      }
      expect(losses.at(-1)!).toBeLessThan(losses[0]! * 0.8);
      const values = await trainer.read();
      expect([...values.keys()]).toEqual(adapted.training.trainable);
      const trained = await floats(await trainer.predict({ x }));
      await trainer.dispose();

      const file = adapted.save(values);
      const merged = mergeAdapters(base, file);
      expect(distance(await answers(merged), trained)).toBeLessThan(3e-6);
      expect(zerosOf(merged)).toEqual(zerosOf(base));

      const again = await createTrainer({
        ...on,
        ...addAdapters(base, { adapters: file }).training,
        loss: 'mse',
        optimizer: 'adam',
      });
      expect(distance(await floats(await again.predict({ x })), trained)).toBeLessThan(1e-6);
      await again.dispose();
    });
  }
}

/** Where the kernels of a model are +0. */
function zerosOf(bytes: Uint8Array): Record<string, readonly number[]> {
  const kernels = decodeModel(bytes).graph!.initializer.filter(({ name }) => select.includes(name));
  return Object.fromEntries(
    kernels.map((tensor) => [
      tensor.name,
      [...tensorToFloat32(tensor)].flatMap((value, i) => (Object.is(value, 0) ? [i] : [])),
    ]),
  );
}
