import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { isEachAlone } from '../testing/each-alone.js';
import { randomTensor, type TestModel, type TestTensor } from '../testing/models.js';

const int32 = (shape: readonly number[], ...data: number[]): TestTensor => ({ type: 'int32', shape, data });
const int64 = (shape: readonly number[], ...data: number[]): TestTensor => ({ type: 'int64', shape, data });
const any = (...shape: number[]) => randomTensor(shape, shape.length + 3);

/** `x`, one sample of `[4, 8]`, through trained `q`, `k` and `v`, and then nodes that give `y`. */
function projected(
  nodes: TestModel['nodes'],
  tensors: TestModel['tensors'] = {},
  opset = 17,
): TestModel & { readonly opset: number } {
  return {
    opset,
    inputs: { x: { shape: [1, 4, 8] } },
    tensors: {
      wq: randomTensor([8, 8], 1),
      wk: randomTensor([8, 8], 2),
      wv: randomTensor([8, 8], 3),
      ...tensors,
    },
    nodes: [
      ['MatMul', ['x', 'wq'], ['q']],
      ['MatMul', ['x', 'wk'], ['k']],
      ['MatMul', ['x', 'wv'], ['v']],
      ...nodes,
    ],
    outputs: ['y'],
  };
}

const four = { q_num_heads: 2, kv_num_heads: 2 };

const cases: Readonly<Record<string, TestModel>> = {
  'Attention of three axes, causal': projected(
    [['Attention', ['q', 'k', 'v'], ['y'], { ...four, is_causal: 1 }]],
    {},
    23,
  ),
  'Attention with a mask, a past and keys that all samples share': projected(
    [
      ['Attention', ['q', 'keys', 'values', 'mask', 'past', 'past'], ['a', 'present', 'other'], four],
      ['Add', ['a', 'v'], ['y']],
    ],
    { keys: any(1, 3, 8), values: any(1, 3, 8), mask: any(1, 1, 4, 5), past: any(1, 2, 2, 4) },
    23,
  ),
  'RotaryEmbedding with positions, and without': projected(
    [
      ['RotaryEmbedding', ['q', 'cos', 'sin', 'at'], ['r'], { num_heads: 2 }],
      ['RotaryEmbedding', ['k', 'cosine', 'sine'], ['s'], { num_heads: 2 }],
      ['Attention', ['r', 's', 'v'], ['y'], four],
    ],
    {
      cos: any(9, 2),
      sin: any(9, 2),
      at: int64([1, 4], 5, 3, 8, 0),
      cosine: any(1, 4, 2),
      sine: any(1, 4, 2),
    },
    23,
  ),
  'com.microsoft Attention with a mask of keys': projected(
    [
      ['com.microsoft::Attention', ['q', 'w', 'b', 'mask'], ['a'], { num_heads: 2 }],
      ['Add', ['a', 'v'], ['y']],
    ],
    { w: any(8, 24), b: any(24), mask: int32([1, 4], 1, 1, 0, 1) },
  ),
  'MultiHeadAttention with a mask, a bias of scores and memory that all samples share': projected(
    [
      [
        'com.microsoft::MultiHeadAttention',
        ['q', 'memory', 'memory', 'b', 'mask', 'added'],
        ['a'],
        { num_heads: 2 },
      ],
      ['com.microsoft::MultiHeadAttention', ['a', 'k', 'v'], ['y'], { num_heads: 2, unidirectional: 1 }],
    ],
    { memory: any(1, 3, 8), b: any(24), mask: int32([1, 3], 1, 0, 1), added: any(1, 2, 4, 3) },
  ),
  'GroupQueryAttention with turned positions': projected(
    [
      ['MatMul', ['x', 'wide'], ['queries']],
      ['MatMul', ['x', 'half'], ['shared']],
      [
        'com.microsoft::GroupQueryAttention',
        ['queries', 'shared', 'shared', '', '', 'lengths', 'total', 'cos', 'sin'],
        ['y', 'pk', 'pv'],
        { num_heads: 2, kv_num_heads: 1, do_rotary: 1 },
      ],
    ],
    {
      wide: any(8, 32),
      half: any(8, 16),
      lengths: int32([1], 3),
      total: int32([], 4),
      cos: any(8, 8),
      sin: any(8, 8),
    },
  ),
  'what optimisers write around it': projected(
    [
      ['com.microsoft::SkipLayerNormalization', ['q', 'k', 'g', 'b', 'c'], ['n', '', '', 'sum']],
      ['com.microsoft::BiasGelu', ['n', 'c'], ['h']],
      ['com.microsoft::QuickGelu', ['h'], ['i']],
      ['com.microsoft::FusedMatMul', ['i', 'sum'], ['scores'], { transB: 1 }],
      ['com.microsoft::FusedMatMul', ['scores', 'v'], ['y']],
    ],
    { g: any(8), b: any(8), c: any(8) },
  ),
  'Einsum, of several operands, with an ellipsis, and of what is the same for all': projected(
    [
      ['Einsum', ['q', 'k'], ['scores'], { equation: 'bid,bjd->bij' }],
      ['Einsum', ['scores', 'v', 'm'], ['a'], { equation: 'bij,bjd,de->bie' }],
      ['Einsum', ['a', 'one'], ['y'], { equation: '...d,...d->...d' }],
    ],
    { m: any(8, 8), one: any(1, 1, 8) },
  ),
  'choices and sums along other axes': projected(
    [
      ['TopK', ['q', 'two'], ['top', 'places'], { axis: 2 }],
      ['CumSum', ['top', 'one'], ['sums']],
      ['Trilu', ['sums'], ['low'], { upper: 0 }],
      ['ArgMax', ['k'], ['best'], { axis: 2 }],
      ['Cast', ['best'], ['floats'], { to: 1 }],
      ['Mul', ['low', 'floats'], ['y']],
    ],
    { two: int64([1], 2), one: { type: 'int64', shape: [], data: [1] } },
  ),
};

describe('a batch of three of a model with a batch of one is three of one', () => {
  it.each(Object.entries(cases))('through %s', async (_, model) => {
    await isEachAlone(model);
  });
});

it('is refused by name where attention goes along the axis of samples, or where labels are summed over it', () => {
  const build =
    (nodes: TestModel['nodes'], tensors: TestModel['tensors'] = {}) =>
    () =>
      buildTrainingStep(buildModel({ ...projected(nodes, tensors, 23) }), {
        loss: 'mse',
        optimizer: 'sgd',
        batch: 3,
      });
  const turned: TestModel['nodes'] = [['Transpose', ['q'], ['t'], { perm: [1, 0, 2] }]];
  expect(build([...turned, ['Attention', ['t', 't', 't'], ['y'], four]])).toThrow(
    'node "attention4" (Attention): it cannot have a batch of 3: Attention lets samples meet',
  );
  expect(
    build([...turned, ['com.microsoft::MultiHeadAttention', ['t', 't', 't'], ['y'], { num_heads: 2 }]]),
  ).toThrow(/MultiHeadAttention lets samples meet/);
  expect(build([['Einsum', ['q', 'k'], ['y'], { equation: 'bid,bjd->ij' }]])).toThrow(
    /Einsum lets samples meet/,
  );
  expect(build([['Einsum', ['q', 'k'], ['y'], { equation: 'bid,cjd->bcij' }]])).toThrow(
    /Einsum lets samples meet/,
  );
  expect(
    build([['CumSum', ['q', 'zero'], ['y']]], { zero: { type: 'int64', shape: [], data: [0] } }),
  ).toThrow(/CumSum lets samples meet/);
});
