import { decodeModel, tensorToFloat32 } from '@synaprune/onnx';
import { buildModel, type TensorParts } from '@synaprune/onnx/graph';
import { expect, test } from 'vitest';
import { maskedDense } from './masked-dense.js';
import { feedsFor, relativeError, runModel } from './run-model.js';

const ramp = (shape: readonly number[], start = 1): TensorParts => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(start + i)),
});
const shrunk = (name: string, before: readonly number[], axis: number, kept: readonly number[]) => ({
  name,
  place: 'graph',
  shape: { before, after: before.map((edge, i) => (i === axis ? kept.length : edge)) },
  axes: [{ axis, kept }],
});

test('a layer cut by hand computes what the masked one does', async () => {
  const x = { shape: [2, 3] };
  const model = (tensors: Readonly<Record<string, TensorParts>>) =>
    buildModel({
      inputs: { x },
      tensors,
      nodes: [
        ['MatMul', ['x', 'first'], ['p']],
        ['Add', ['p', 'bias'], ['s']],
        ['Sigmoid', ['s'], ['h']],
        ['MatMul', ['h', 'second'], ['y']],
      ],
      outputs: ['y'],
    });
  const [first, bias, second] = [ramp([3, 4]), ramp([4], 5), ramp([4, 2], 9)];
  const dense = model({ first, bias, second });
  const cut = model({
    first: {
      shape: [3, 2],
      data: [0, 1, 2].flatMap((row) => [first.data[4 * row]!, first.data[4 * row + 3]!]),
    },
    bias: { shape: [2], data: [bias.data[0]!, bias.data[3]!] },
    second: { shape: [2, 2], data: [0, 1, 6, 7].map((i) => second.data[i]!) },
  });
  const kept = [0, 3];
  const masked = maskedDense(dense, {
    tensors: [
      shrunk('first', [3, 4], 1, kept),
      shrunk('bias', [4], 0, kept),
      shrunk('second', [4, 2], 0, kept),
    ],
  });
  const feeds = feedsFor([{ name: 'x', type: 'float32', shape: [2, 3] }], 0);
  const [got, expected, whole] = await Promise.all([cut, masked, dense].map((each) => runModel(each, feeds)));
  expect(relativeError(got!.y!, expected!.y!)).toBeLessThan(1e-6);
  expect(relativeError(got!.y!, whole!.y!)).toBeGreaterThan(1e-2);
});

test('quantised weights are masked with the zero point of their channel, divisors not at all', () => {
  const dense = buildModel({
    inputs: { x: [1, 2] },
    tensors: {
      q: { type: 'uint8', shape: [2, 3], data: [10, 20, 30, 40, 50, 60] },
      scale: { shape: [3], data: [1, 1, 1] },
      zero: { type: 'uint8', shape: [3], data: [7, 8, 9] },
      divisor: { shape: [3], data: [1, 2, 4] },
    },
    nodes: [
      ['DequantizeLinear', ['q', 'scale', 'zero'], ['w'], { axis: 1 }],
      ['MatMul', ['x', 'w'], ['p']],
      ['Div', ['p', 'divisor'], ['y']],
    ],
    outputs: ['y'],
  });
  const masked = maskedDense(dense, {
    tensors: [
      shrunk('q', [2, 3], 1, [1]),
      ...['scale', 'zero', 'divisor'].map((name) => shrunk(name, [3], 0, [1])),
    ],
  });
  const [q, scale, zero, divisor] = decodeModel(masked).graph!.initializer.map((each) => [
    ...tensorToFloat32(each),
  ]);
  expect(q).toEqual([7, 20, 9, 7, 50, 9]);
  expect([scale, zero, divisor]).toEqual([
    [1, 1, 1],
    [7, 8, 9],
    [1, 2, 4],
  ]);
});

test('a report of what the file does not hold is refused', () => {
  const dense = buildModel({
    inputs: { x: [1, 2] },
    tensors: { w: ramp([2, 3]) },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    outputs: ['y'],
  });
  expect(() => maskedDense(dense, { tensors: [shrunk('v', [2, 3], 1, [0])] })).toThrow('no tensor "v"');
  expect(() => maskedDense(dense, { tensors: [shrunk('w', [3, 2], 1, [0])] })).toThrow(
    'was [3,2], and it is [2,3]',
  );
  expect(() => maskedDense(dense, { tensors: [shrunk('w', [2, 3], 1, [2, 0])] })).toThrow('keeps [2,0]');
});
