import { PruneError } from '@synaprune/core';
import { type AttributeParts, float, type NodeParts } from '@synaprune/onnx/graph';
import { describe, expect, test } from 'vitest';
import { channelGroups } from '../channel-groups.js';
import { cut, integers, modelOf } from '../testing/cut.js';

const tolerance = 1e-5;
const text = (value: string): AttributeParts => value;

describe('operators that a runtime made of several', () => {
  test.each([
    ['Relu', true],
    ['Sigmoid', false],
  ] as const)(
    'FusedConv with a sum and %s: channels that are added up stay 0 or not',
    async (activation, goes) => {
      const { groups, tensors, error } = await cut({
        inputs: { x: [2, 3, 5, 5] },
        weights: { a: [8, 3, 1, 1], bias: [8], c: [8, 3, 1, 1] },
        tensors: { axes: integers(1) },
        nodes: [
          ['Conv', ['x', 'c'], ['z']],
          ['com.microsoft::FusedConv', ['x', 'a', 'bias', 'z'], ['o'], { activation: text(activation) }],
          ['ReduceSum', ['o', 'axes'], ['y']],
        ],
        outputs: ['y'],
      });
      expect(groups).toEqual(goes ? ['a[0] 8→4'] : []);
      if (goes) expect(tensors).toMatchObject({ bias: '8→4', c: '8×3×1×1→4×3×1×1' });
      expect(error).toBeLessThan(tolerance);
    },
  );

  test('FusedMatMul of turned matrices', async () => {
    const { groups, error } = await cut({
      inputs: { x: [2, 6, 5] },
      weights: { a: [8, 6], b: [8, 3] },
      nodes: [
        ['com.microsoft::FusedMatMul', ['x', 'a'], ['h'], { transA: 1, transB: 1, alpha: float(0.5) }],
        ['MatMul', ['h', 'b'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(groups).toEqual(['a[0] 8→4']);
    expect(error).toBeLessThan(tolerance);
  });

  test('FusedGemm', async () => {
    const { groups, error } = await cut({
      inputs: { x: [5, 6] },
      weights: { a: [6, 8], bias: [8], b: [8, 3] },
      nodes: [
        ['com.microsoft::FusedGemm', ['x', 'a', 'bias'], ['h'], { activation: text('Relu') }],
        ['MatMul', ['h', 'b'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(groups).toEqual(['a[1] 8→4']);
    expect(error).toBeLessThan(tolerance);
  });
});

test('operators of version 7 tell by attributes what those of later versions are fed', async () => {
  const nodes: NodeParts[] = [
    ['Conv', ['x', 'a'], ['h0']],
    ['BatchNormalization', ['h0', 'scale', 'shift', 'mean', 'variance'], ['h1']],
    ['Clip', ['h1'], ['h2'], { min: float(-1), max: float(2) }],
    ['Pad', ['h2'], ['h3'], { pads: [0, 0, 1, 1, 0, 0, 1, 1], mode: 'reflect' }],
    ['Upsample', ['h3'], ['h4'], { scales: { floats: [1, 1, 2, 2] }, mode: 'nearest' }],
    ['Split', ['h4'], ['h5', 'h6'], { axis: 1, split: [3, 5] }],
    ['Concat', ['h6', 'h5'], ['h7'], { axis: 1 }],
    ['Unsqueeze', ['h7'], ['h8'], { axes: [0] }],
    ['Squeeze', ['h8'], ['h9'], { axes: [0] }],
    ['Slice', ['h9'], ['h10'], { axes: [1, 2], starts: [1, 0], ends: [1000, 4] }],
    ['ReduceMean', ['h10'], ['h11'], { axes: [2, 3], keepdims: 1 }],
    ['Dropout', ['h11'], ['h12']],
    ['Conv', ['h12', 'b'], ['y']],
  ];
  const { groups, tensors, error } = await cut({
    opset: 7,
    inputs: { x: [2, 3, 6, 6] },
    weights: { a: [8, 3, 1, 1], scale: [8], shift: [8], mean: [8], b: [4, 7, 1, 1] },
    tensors: { variance: { shape: [8], data: [1, 2, 3, 4, 5, 6, 7, 8] } },
    nodes,
    outputs: ['y'],
  });
  expect(groups).toEqual(['a[0] 8→4']);
  expect(tensors.variance).toBe('8→4');
  expect(error).toBeLessThan(tolerance);
});

test('heads of products that are written as Einsum go', async () => {
  const { groups, tensors, error } = await cut({
    inputs: { x: [2, 5, 6] },
    weights: { wq: [6, 4, 3], wk: [6, 4, 3], wv: [6, 4, 3], wo: [4, 3, 6] },
    nodes: [
      ...['q', 'k', 'v'].map(
        (name): NodeParts => ['Einsum', ['x', `w${name}`], [name], { equation: 'btc,chd->bthd' }],
      ),
      ['Einsum', ['q', 'k'], ['scores'], { equation: 'bqhd, bkhd -> bhqk' }],
      ['Softmax', ['scores'], ['weights'], { axis: -1 }],
      ['Einsum', ['weights', 'v'], ['mixed'], { equation: 'bhqk,bkhd->bqhd' }],
      ['Einsum', ['mixed', 'wo'], ['y'], { equation: 'bqhd,hdc->bqc' }],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual(['wq[1] 4→2 heads', 'wq[2] 3→2', 'wv[2] 3→2']);
  expect(tensors.wo).toBe('4×3×6→2×2×6');
  expect(error).toBeLessThan(tolerance);
});

describe('nodes that do not fit what they read', () => {
  const model = (node: NodeParts) =>
    modelOf({
      inputs: { x: [2, 6] },
      weights: { a: [6, 8], b: [8, 3] },
      tensors: { one: { type: 'int64', shape: [], data: [1] } },
      nodes: [['MatMul', ['x', 'a'], ['h']], node, ['MatMul', ['o', 'b'], ['y']]],
      outputs: ['y'],
    });

  test('name an axis that is not there: the model is refused', () => {
    expect(() => channelGroups(model(['Softmax', ['h'], ['o'], { axis: 5 }, 'soft']))).toThrow(
      new PruneError('bad-model', 'node "soft" (Softmax): axis 5 lies outside rank 2'),
    );
  });

  test('read axes that are not there: what they read stays', () => {
    const { groups, held } = channelGroups(model(['ReverseSequence', ['h', 'one'], ['o'], {}, 'turn']));
    expect(groups).toEqual([]);
    expect(held[0]!.heldBy).toBe(
      'node "turn" (ReverseSequence), axis 1: its inputs have not the axes that it needs',
    );
  });
});

test('rows and channels that become one axis go where its length is computed of theirs', async () => {
  const { groups, tensors, error } = await cut({
    inputs: { x: ['batch', 6] },
    weights: { a: [6, 8], scale: [8, 1] },
    tensors: { zero: integers(0), one: integers(1), two: integers(2), axes: integers(1, 2) },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ['Shape', ['h'], ['s']],
      ['Gather', ['s', 'zero'], ['n']],
      ['Gather', ['s', 'one'], ['c']],
      ['Mul', ['n', 'c'], ['nc']],
      ['Concat', ['nc', 'one'], ['to'], { axis: 0 }],
      ['Reshape', ['h', 'to'], ['flat']],
      ['Relu', ['flat'], ['r']],
      ['Concat', ['n', 'c', 'one'], ['back'], { axis: 0 }],
      ['Reshape', ['r', 'back'], ['h2']],
      ['Mul', ['h2', 'scale'], ['h3']],
      ['ReduceSum', ['h3', 'axes'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual(['a[1] 8→4']);
  expect(tensors.scale).toBe('8×1→4×1');
  expect(error).toBeLessThan(tolerance);
});

test('a branch that lengths say is never taken holds nothing of what comes out', async () => {
  const branch = (op: string, more: readonly string[] = []) => ({
    graph: { nodes: [[op, ['h', ...more], [`${op}_out`]]] as NodeParts[], outputs: [`${op}_out`] },
  });
  const { groups, error } = await cut({
    inputs: { x: [2, 5, 6] },
    weights: { a: [6, 8], b: [8, 3] },
    tensors: { front: integers(0), one: integers(1) },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ['Shape', ['h'], ['s']],
      ['Gather', ['s', 'front'], ['n']],
      ['Equal', ['n', 'one'], ['only']],
      [
        'If',
        ['only'],
        ['o'],
        { then_branch: branch('Unsqueeze', ['front']), else_branch: branch('Identity') },
      ],
      ['MatMul', ['o', 'b'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual(['a[1] 8→4']);
  expect(error).toBeLessThan(tolerance);
});

test('what is padded by as much as a run computes stays along the padded axes', async () => {
  const { groups, held } = await cut({
    inputs: { x: [2, 5, 6], pads: { type: 'int64', shape: [2] } },
    opset: 18,
    weights: { a: [6, 8], b: [8, 3] },
    tensors: { rows: integers(1) },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ['Pad', ['h', 'pads', '', 'rows'], ['o']],
      ['MatMul', ['o', 'b'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual(['a[1] 8→4']);
  expect(held).toEqual(['b[1]: the output "y", axis 2: it is given out']);
});
