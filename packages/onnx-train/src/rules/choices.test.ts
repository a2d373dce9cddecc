import type { Attribute } from '@synaprune/onnx/graph';
import { describe, it } from 'vitest';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor, type TestTensor } from '../testing/models.js';

const list = (data: readonly number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });
const bools = (...data: number[]): TestTensor => ({ type: 'bool', shape: [data.length], data });
const x = randomTensor([2, 3, 4], 1);

describe('gradients of what is chosen', () => {
  it.each<[string, string, TestTensor[], Record<string, Attribute>, number?]>([
    ['the largest along the last axis', 'TopK', [list([2])], {}],
    ['the smallest along another', 'TopK', [list([2])], { axis: 1, largest: 0 }],
    ['all, not in order', 'TopK', [list([3])], { axis: -2, sorted: 0 }],
    ['rows that conditions name', 'Compress', [bools(0, 1, 1)], { axis: 1 }],
    ['elements that fewer conditions name', 'Compress', [bools(1, 0, 0, 1, 1)], {}],
  ])('%s', async (_, op, others, attributes, opset = 17) => {
    await checkGradients({
      tensors: { x, ...Object.fromEntries(others.map((tensor, at) => [`other ${at}`, tensor])) },
      by: ['x'],
      nodes: [
        [
          op,
          ['x', ...others.map((_each, at) => `other ${at}`)],
          op === 'TopK' ? ['y', 'at'] : ['y'],
          attributes,
        ],
      ],
      outputs: ['y'],
      opset,
    });
  });

  it('ReverseSequence in time and in the batch, either of them first', async () => {
    for (const attributes of [
      { time_axis: 0, batch_axis: 1 },
      { time_axis: 1, batch_axis: 0 },
    ]) {
      const lengths = attributes.batch_axis === 1 ? [2, 1, 0] : [3, 2];
      await checkGradients({
        tensors: { x, lengths: list(lengths) },
        by: ['x'],
        nodes: [['ReverseSequence', ['x', 'lengths'], ['y'], attributes]],
        outputs: ['y'],
      });
    }
  });

  it('OneHot by its two values, with indices outside and from the end', async () => {
    for (const axis of [-1, 0, 1]) {
      await checkGradients({
        tensors: {
          indices: { type: 'int64', shape: [2, 3], data: [0, -1, 3, 4, -5, 2] },
          depth: { type: 'int64', shape: [1], data: [4] },
          values: randomTensor([2], 2),
        },
        by: ['values'],
        nodes: [['OneHot', ['indices', 'depth', 'values'], ['y'], { axis }]],
        outputs: ['y'],
      });
    }
  });

  it('Det of one to four rows, singular ones included', async () => {
    for (const size of [1, 2, 3, 4]) {
      const data = randomTensor([3, size, size], 4).data.map((each, at) => (at < size * size ? 0.5 : each));
      await checkGradients({
        tensors: { x: { shape: [3, size, size], data } },
        nodes: [['Det', ['x'], ['y']]],
        outputs: ['y'],
      });
    }
  });
});

describe('gradients of products', () => {
  it('ReduceProd with no zero, one, two, and over axes of one element', async () => {
    for (const axes of [[1], [0, 2], [-1]]) {
      await checkGradients({
        tensors: {
          x: { shape: [3, 4, 1], data: [0.5, -2, 1.5, 0.25, 0, 1.5, -1, 2, 0, 0, 3, -0.0] },
        },
        nodes: [['ReduceProd', ['x'], ['y'], { axes, keepdims: axes.length - 1 }]],
        outputs: ['y'],
      });
    }
  });

  it('Mod with any signs, and divisors that fit many times or not at all', async () => {
    await checkGradients({
      tensors: {
        a: { shape: [6], data: [7.3, -7.3, 7.3, -7.3, 0.4, 100.4] },
        b: { shape: [6], data: [2.1, 2.1, -2.1, -2.1, 3, 0.7] },
      },
      nodes: [['Mod', ['a', 'b'], ['y'], { fmod: 1 }]],
      outputs: ['y'],
    });
  });
});
