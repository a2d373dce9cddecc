import { decodeModel } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { expect, test } from 'vitest';
import { shrinkOnnx } from '../shrink-onnx.js';
import { feedsFor, runModel } from '../testing/run-model.js';

test('a model that was cut before is cut again, and no name is there twice', async () => {
  const wave = (...shape: number[]) => ({
    shape,
    data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.7)),
  });
  // Each cut writes the sizes of the parts anew.
  const model = buildModel({
    inputs: { x: [1, 3] },
    tensors: { a: wave(3, 16), b: wave(8, 16), c: wave(8, 2) },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ['Split', ['h'], ['one', 'two'], { axis: 1 }],
      ['Mul', ['one', 'two'], ['m']],
      ['MatMul', ['m', 'b'], ['k']],
      ['Split', ['k'], ['three', 'four'], { axis: 1 }],
      ['Mul', ['three', 'four'], ['n']],
      ['MatMul', ['n', 'c'], ['y']],
    ],
    outputs: ['y'],
    opset: 17,
  });
  const once = shrinkOnnx(model, { keep: 0.5, select: { include: ['a'] } }).model;
  const twice = shrinkOnnx(once, { keep: 0.5 }).model;
  const names = decodeModel(twice).graph!.initializer.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const { y } = await runModel(twice, feedsFor([{ name: 'x', type: 'float32', shape: [1, 3] }], 0));
  expect(y!.shape).toEqual([1, 2]);
});

test('what nodes were told before goes, unless something else reads it', () => {
  const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7));
  const model = buildModel({
    inputs: { x: [1, 4] },
    tensors: {
      first: { shape: [4, 16], data: wave(64) },
      second: { shape: [16, 2], data: wave(32) },
      flat: { shape: [2], type: 'int64', data: [1, 16] },
      pair: { shape: [3], type: 'int64', data: [1, 2, 8] },
    },
    nodes: [
      ['MatMul', ['x', 'first'], ['a']],
      ['Reshape', ['a', 'pair'], ['b']],
      ['Relu', ['b'], ['c']],
      ['Reshape', ['c', 'flat'], ['d']],
      ['MatMul', ['d', 'second'], ['y']],
      ['Identity', ['flat'], ['z']],
    ],
    outputs: ['y', 'z'],
  });
  const names = decodeModel(shrinkOnnx(model, { keep: 0.5 }).model).graph!.initializer.map(
    ({ name }) => name,
  );
  expect(names.filter((name) => !name.startsWith('synaprune/'))).toEqual(['first', 'second', 'flat']);
});
