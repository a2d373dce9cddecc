import { decodeModel, pruneOnnx, tensorToFloat32 } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
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

  it('trains adapters in the branch that is told, and merges them into a model that still has both', async () => {
    const base = branchedModel();
    const inner = 'graph/choice.else_branch/w';
    const adapted = addAdapters(base, { rank: 2, branches: { choice: 'else' } });
    expect(adapted.adapters.map(({ weight }) => weight)).toEqual(['outer', inner]);
    const given = { data: numbers(24, 9), dims: [4, 6] };
    const answersOf = async (bytes: Uint8Array, c: boolean) => {
      const session = await ort.InferenceSession.create(bytes, {
        executionProviders: [...executionProviders],
      });
      const results = await session.run({
        x: new ort.Tensor('float32', given.data, given.dims),
        c: new ort.Tensor('bool', Uint8Array.of(c ? 1 : 0), []),
      });
      const answers = await floats(results as Record<string, Tensor>);
      await session.release();
      return answers;
    };
    const trainer = await createTrainer({
      ...on,
      ...adapted.training,
      inputs: { x: [4, 6], c: [] },
      loss: 'mse',
      optimizer: 'adam',
      learningRate: 0.02,
    });
    const losses: number[] = [];
    for (let step = 0; step < 12; step += 1) {
      losses.push((await trainer.step({ inputs: { x: given }, targets: { y: numbers(12, 8) } })).loss);
    }
    expect(losses.at(-1)!).toBeLessThan(losses[0]! * 0.8);
    const file = adapted.save(await trainer.read());
    await trainer.dispose();
    const merged = mergeAdapters(base, file);
    expect(merged.length).toBe(base.length);
    const trained = await answersOf(addAdapters(base, { adapters: file }).training.model, false);
    expect(distance(trained, await answersOf(base, false))).toBeGreaterThan(0.01);
    expect(distance(await answersOf(merged, false), trained)).toBeLessThan(3e-6);
  });
}

/** A layer of each branch of an `If`, by names that both have. */
function branchedModel(): Uint8Array {
  const branch = (seed: number) => ({
    graph: {
      tensors: {
        w: { shape: [6, 8], data: numbers(48, seed, 0.5) },
        b: { shape: [8], data: numbers(8, seed + 1, 0.1) },
      },
      nodes: [
        ['MatMul', ['x', 'w'], ['m']],
        ['Add', ['m', 'b'], ['h']],
      ] as const,
      outputs: ['h'],
    },
  });
  return buildModel({
    inputs: { x: ['batch', 6], c: { type: 'bool', shape: [] } },
    tensors: { outer: { shape: [8, 3], data: numbers(24, 5, 0.5) } },
    nodes: [
      ['If', ['c'], ['h'], { then_branch: branch(1), else_branch: branch(3) }, 'choice'],
      ['Tanh', ['h'], ['t']],
      ['MatMul', ['t', 'outer'], ['y']],
    ],
    outputs: ['y'],
  });
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
