import type { Attribute } from '@synaprune/onnx/graph';
import { describe, it } from 'vitest';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor, type TestTensor } from '../testing/models.js';

const list = (data: readonly number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });
const x = randomTensor([2, 3, 4], 1);

type Case = readonly [
  op: string,
  lists: Readonly<Record<string, readonly number[]>>,
  attributes?: Readonly<Record<string, Attribute>>,
  opset?: number,
];

const cases: readonly Case[] = [
  ['Reshape', { shape: [4, -1] }],
  ['Reshape', { shape: [0, 12] }],
  ['Flatten', {}, { axis: 2 }],
  ['Flatten', {}, { axis: -1 }],
  ['Unsqueeze', { axes: [0, -1] }],
  ['Unsqueeze', {}, { axes: [0, 2] }, 11],
  ['Transpose', {}],
  ['Transpose', {}, { perm: [1, 2, 0] }],
  ['Slice', { starts: [1], ends: [3] }],
  ['Slice', { starts: [0, -3], ends: [9, -1], axes: [0, -1] }],
  ['Slice', { starts: [0, 1], ends: [3, 4], axes: [1, 2], steps: [2, 2] }],
  ['Slice', { starts: [-1, 2], ends: [-100, 0], axes: [2, 1], steps: [-1, -2] }],
  ['Slice', { starts: [3], ends: [-100], axes: [2], steps: [-2] }],
  ['Slice', {}, { starts: [1], ends: [3], axes: [2] }, 9],
  ['Pad', { pads: [0, 1, 2, 1, 0, 1] }],
  ['Pad', { pads: [0, 1, -1, 0, -1, 1] }],
  ['Pad', { pads: [0, 1, 2, 0, 1, 1] }, { mode: 'reflect' }],
  ['Pad', { pads: [1, 0, 2, 0, 1, 1] }, { mode: 'edge' }],
  ['Pad', {}, { pads: [0, 1, 2, 1, 0, 1] }, 9],
  ['Expand', { shape: [2, 1, 3, 1] }],
  ['Tile', { repeats: [1, 2, 3] }],
  ['Gather', { indices: [1, 0, 1, -1] }],
  ['Gather', { indices: [2, 2, 0] }, { axis: 1 }],
  ['Gather', { indices: [3, -1] }, { axis: -1 }],
];

describe('gradients of what moves elements', () => {
  for (const [op, lists, attributes, opset] of cases) {
    it(`${op} ${JSON.stringify({ ...lists, ...attributes })}`, async () => {
      await checkGradients({
        tensors: {
          x,
          ...Object.fromEntries(Object.entries(lists).map(([name, data]) => [name, list(data)])),
        },
        nodes: [[op, ['x', ...Object.keys(lists)], ['y'], attributes ?? {}]],
        outputs: ['y'],
        ...(opset ? { opset } : {}),
      });
    });
  }

  it.each([
    ['rows of it', [-1, 3], {}],
    ['as many columns as it has', [0, 3], {}],
    ['none of another shape', [3, 0], { allowzero: 1 }],
  ])('Reshape of nothing: %s', async (_, target, attributes) => {
    await checkGradients({
      tensors: { x, empty: { shape: [0, 3], data: [] }, target: list(target) },
      nodes: [
        ['Reshape', ['empty', 'target'], ['none'], attributes],
        ['ReduceSum', ['none'], ['zero'], { keepdims: 0 }],
        ['Add', ['x', 'zero'], ['y']],
      ],
      outputs: ['y'],
    });
  });

  it('Squeeze by all axes, by some, and by an attribute', async () => {
    const thin = randomTensor([1, 3, 1], 2);
    const check = (inputs: string[], attributes = {}, opset = 17) =>
      checkGradients({
        tensors: { x: thin, axes: list([-1]) },
        nodes: [['Squeeze', inputs, ['y'], attributes]],
        outputs: ['y'],
        opset,
      });
    await check(['x']);
    await check(['x', 'axes']);
    await check(['x'], { axes: [0] }, 11);
  });

  it('Gather by indices of two axes, and of none', async () => {
    const indices: TestTensor = { type: 'int64', shape: [2, 2], data: [0, 2, 1, 2] };
    for (const axis of [0, 1, 2]) {
      for (const tensor of [indices, { type: 'int64', shape: [], data: [1] } as const]) {
        const bounded = axis === 0 ? { ...tensor, data: tensor.data.map((at) => Math.min(at, 1)) } : tensor;
        await checkGradients({
          tensors: { x, indices: bounded },
          nodes: [['Gather', ['x', 'indices'], ['y'], { axis }]],
          outputs: ['y'],
        });
      }
    }
  });

  it('GatherElements, Trilu and CumSum', async () => {
    const tensors = {
      x: randomTensor([3, 3], 3),
      indices: { type: 'int64', shape: [2, 3], data: [0, 1, 2, 2, 1, 2] } as const,
      k: { type: 'int64', shape: [], data: [1] } as const,
    };
    const check = (op: string, inputs: readonly string[], attributes: Record<string, Attribute>) =>
      checkGradients({ tensors, nodes: [[op, inputs, ['y'], attributes]], outputs: ['y'] });
    await check('GatherElements', ['x', 'indices'], { axis: 0 });
    await check('Trilu', ['x'], { upper: 0 });
    await check('Trilu', ['x', 'k'], {});
    await check('CumSum', ['x', 'k'], {});
    await check('CumSum', ['x', 'k'], { reverse: 1, exclusive: 1 });
  });

  it('Concat and Split, also with a part that nothing reads', async () => {
    await checkGradients({
      tensors: { a: randomTensor([2, 1, 2], 1), b: randomTensor([2, 3, 2], 2), sizes: list([1, 1, 2]) },
      nodes: [
        ['Concat', ['a', 'b'], ['both'], { axis: -2 }],
        ['Split', ['both', 'sizes'], ['first', 'unread', 'last'], { axis: 1 }],
      ],
      outputs: ['first', 'last'],
    });
    await checkGradients({
      tensors: { x: randomTensor([2, 4], 1) },
      nodes: [['Split', ['x'], ['first', 'last'], { axis: 1 }]],
      outputs: ['last', 'first'],
      opset: 11,
    });
    await checkGradients({
      tensors: { x: randomTensor([5, 2], 1) },
      nodes: [['Split', ['x'], ['first', 'middle', 'last'], { num_outputs: 3 }]],
      outputs: ['first', 'middle', 'last'],
      opset: 18,
    });
  });

  it('DepthToSpace both ways and SpaceToDepth', async () => {
    for (const mode of ['DCR', 'CRD']) {
      await checkGradients({
        tensors: { x: randomTensor([1, 8, 2, 2], 1) },
        nodes: [['DepthToSpace', ['x'], ['y'], { blocksize: 2, mode }]],
        outputs: ['y'],
      });
    }
    await checkGradients({
      tensors: { x: randomTensor([1, 2, 4, 2], 1) },
      nodes: [['SpaceToDepth', ['x'], ['y'], { blocksize: 2 }]],
      outputs: ['y'],
    });
  });

  it('Resize, nearest and linear, by scales and by sizes', async () => {
    for (const mode of ['nearest', 'linear']) {
      for (const by of ['asymmetric', 'half_pixel', 'align_corners', 'pytorch_half_pixel']) {
        const attributes = { mode, coordinate_transformation_mode: by, nearest_mode: 'floor' };
        const tensors = {
          x: randomTensor([1, 1, 3, 2], 1),
          scales: { shape: [4], data: [1, 1, 2, 1.5] },
          sizes: list([1, 1, 5, 4]),
        };
        for (const inputs of [
          ['x', '', 'scales'],
          ['x', '', '', 'sizes'],
        ]) {
          await checkGradients({
            tensors,
            by: ['x'],
            nodes: [['Resize', inputs, ['y'], attributes]],
            outputs: ['y'],
          });
        }
      }
    }
  });

  it('shapes computed by the graph', async () => {
    await checkGradients({
      tensors: { x, two: list([2]), zero: { type: 'int64', shape: [], data: [0] }, rest: list([-1]) },
      by: ['x'],
      nodes: [
        ['Shape', ['x'], ['shape']],
        ['Gather', ['shape', 'zero'], ['batch']],
        ['Unsqueeze', ['batch'], ['row'], { axes: [0] }],
        ['Mul', ['row', 'two'], ['rows']],
        ['Concat', ['rows', 'rest'], ['target'], { axis: 0 }],
        ['Reshape', ['x', 'target'], ['y']],
      ],
      outputs: ['y'],
      opset: 12,
    });
  });
});
