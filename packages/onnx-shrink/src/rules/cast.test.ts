import { buildModel } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { channelGroups } from '../index.js';

const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.3));
const integer = (value: number) => ({ type: 'int64' as const, shape: [1], data: [BigInt(value)] });

/** Nine channels, brought into the shape that they have, whose last length is computed: 9 / 2 · 2 of some type. */
const reshaped = (to: number) =>
  buildModel({
    opset: 17,
    inputs: { x: [2, 6] },
    tensors: {
      a: { shape: [6, 9], data: wave(54) },
      b: { shape: [9, 3], data: wave(27) },
      ...{ rows: integer(2), divisor: integer(to === 1 ? 2 : 3), from: integer(1), until: integer(2) },
    },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ['Shape', ['h'], ['shape']],
      ['Slice', ['shape', 'from', 'until'], ['size']],
      ['Cast', ['size'], ['nine'], { to }],
      ['Cast', ['divisor'], ['two'], { to }],
      ['Div', ['nine', 'two'], ['part']],
      ['Mul', ['part', 'two'], ['whole']],
      ['Cast', ['whole'], ['again'], { to: 7 }],
      ['Concat', ['rows', 'again'], ['target'], { axis: 0 }],
      ['Reshape', ['h', 'target'], ['g']],
      ['MatMul', ['g', 'b'], ['y']],
    ],
    outputs: ['y'],
  });

it('takes no part of a size that floats give for one that whole numbers give', () => {
  const { groups, held } = channelGroups(reshaped(1));
  expect(groups).toEqual([]);
  expect(held.map(({ name }) => name)).toContain('a[1]');
});

it('follows sizes through other whole numbers', () => {
  expect(channelGroups(reshaped(6)).groups.map(({ channels }) => channels)).toEqual([9]);
});
