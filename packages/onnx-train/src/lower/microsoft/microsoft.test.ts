import { PruneError } from '@synaprune/core';
import { buildModel, float } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../../step/build-training-step.js';
import { checkForward } from '../../testing/check-forward.js';
import { checkGradients } from '../../testing/check-gradients.js';
import { grouped, groupQueryCases, past, text, waves } from '../../testing/group-query-cases.js';
import { any, int32, int64, modelOf } from '../../testing/microsoft-node.js';
import { randomTensor, type TestModel, type TestNode, type TestTensor } from '../../testing/models.js';
import { microsoftLowerings } from './microsoft.js';

const edges: TestTensor = { shape: [8], data: [-0, 0, 1e-30, -40, 40, 3e38, -3e38, 0.5] };
const heads = { num_heads: 2 };

const cases: Readonly<Record<string, TestModel>> = {
  Gelu: modelOf('Gelu', [any(2, 6)]),
  BiasGelu: modelOf('BiasGelu', [any(2, 6), any(6)]),
  FastGelu: modelOf('FastGelu', [any(2, 6)]),
  'FastGelu with a bias': modelOf('FastGelu', [any(2, 6), any(6)]),
  QuickGelu: modelOf('QuickGelu', [any(2, 6)], { alpha: float(1.5) }),
  FusedMatMul: modelOf('FusedMatMul', [any(2, 3, 2), any(2, 4, 3)], {
    alpha: float(0.3),
    transA: 1,
    transB: 1,
  }),
  SimplifiedLayerNormalization: {
    ...modelOf('', [any(3, 6), any(6)]),
    nodes: [['SimplifiedLayerNormalization', ['in0', 'in1'], ['y', 'inverse'], { epsilon: float(1e-3) }]],
    outputs: ['y', 'inverse'],
  },
  SkipLayerNormalization: modelOf(
    'SkipLayerNormalization',
    [any(2, 2, 6), any(2, 2, 6), any(6), any(6), any(6)],
    {},
    ['y', '', '', 'sum'],
  ),
  'SkipLayerNormalization without shift or bias': modelOf('SkipLayerNormalization', [
    any(2, 2, 6),
    any(2, 6),
    any(6),
  ]),
  SkipSimplifiedLayerNormalization: modelOf(
    'SkipSimplifiedLayerNormalization',
    [any(2, 2, 6), any(2, 2, 6), any(6), any(6)],
    { epsilon: float(1e-4) },
    ['y', '', '', 'sum'],
  ),
  'Attention with a mask of keys': modelOf(
    'Attention',
    [any(2, 3, 4), any(4, 12), any(12), int32([2, 3], 1, 1, 0, 0, 1, 1)],
    heads,
  ),
  'Attention of sizes of its own, in one direction, with a bias for scores': modelOf(
    'Attention',
    [any(2, 3, 4), any(4, 14), any(14), undefined, undefined, any(2, 2, 3, 3)],
    { ...heads, unidirectional: 1, qkv_hidden_sizes: [4, 4, 6], scale: float(0.4) },
  ),
  'Attention behind a past, in one direction, with a mask of all keys': modelOf(
    'Attention',
    [
      any(2, 3, 4),
      any(4, 12),
      any(12),
      int32([2, 6], 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0),
      any(2, 2, 2, 3, 2),
    ],
    { ...heads, unidirectional: 1 },
    ['y', 'present'],
  ),
  'Attention that gives its keys and values, with lengths of texts': modelOf(
    'Attention',
    [any(2, 3, 4), any(4, 12), any(12), int32([2], 3, 2)],
    heads,
    ['y', 'present'],
  ),
  'Attention with beginnings and ends of texts': modelOf(
    'Attention',
    [any(2, 3, 4), any(4, 12), any(12), int32([4], 3, 2, 0, 1)],
    heads,
  ),
  'MultiHeadAttention with lengths of texts': modelOf(
    'MultiHeadAttention',
    [any(2, 3, 4), any(2, 3, 4), any(2, 3, 4), undefined, int32([2], 3, 1)],
    heads,
  ),
  'MultiHeadAttention with biases and a mask': modelOf(
    'MultiHeadAttention',
    [any(2, 3, 4), any(2, 2, 4), any(2, 2, 6), any(14), int32([2, 2], 1, 0, 1, 1), any(1, 2, 3, 2)],
    heads,
  ),
  'MultiHeadAttention of keys that are ready': modelOf(
    'MultiHeadAttention',
    [any(2, 3, 4), any(2, 2, 5, 2), any(2, 2, 5, 2)],
    heads,
  ),
  'MultiHeadAttention in one direction behind a past': modelOf(
    'MultiHeadAttention',
    [
      any(2, 3, 4),
      any(2, 3, 4),
      any(2, 3, 4),
      undefined,
      undefined,
      undefined,
      any(2, 2, 2, 2),
      any(2, 2, 2, 2),
    ],
    { ...heads, unidirectional: 1 },
    ['y', 'key', 'value'],
  ),
  'MultiHeadAttention in one direction with fewer keys than queries': modelOf(
    'MultiHeadAttention',
    [any(2, 4, 4), any(2, 2, 4), any(2, 2, 4)],
    { ...heads, unidirectional: 1 },
  ),
  ...groupQueryCases,
  'RotaryEmbedding from a position on': modelOf('RotaryEmbedding', [
    any(2, 3, 8),
    int64([1], 1),
    any(5, 2),
    randomTensor([5, 2], 9),
  ]),
  'RotaryEmbedding of four axes, interleaved': modelOf(
    'RotaryEmbedding',
    [any(2, 2, 3, 4), int64([2, 3], 0, 1, 2, 4, 2, 0), any(5, 2), randomTensor([5, 2], 9)],
    { interleaved: 1 },
  ),
  'RotaryEmbedding of a part of each head': modelOf(
    'RotaryEmbedding',
    [any(2, 3, 12), int64([1], 0), any(5, 2), randomTensor([5, 2], 9)],
    { num_heads: 2, rotary_embedding_dim: 4 },
  ),
};

describe('as ONNX Runtime computes it, with its gradients, is', () => {
  for (const [what, model] of Object.entries(cases)) {
    it(what, async () => {
      await checkForward(model);
      await checkGradients({ ...model });
    });
  }

  it('every one that there is', () => {
    const tested = new Set(Object.values(cases).flatMap(({ nodes }) => nodes.map(([op]) => op)));
    // The same under two names.
    const known = Object.keys(microsoftLowerings).filter(
      (name) => name !== 'com.microsoft::SimplifiedLayerNormalization',
    );
    expect(known.filter((name) => !tested.has(name))).toEqual([]);
  });

  it('every activation at its edges', async () => {
    for (const op of ['Gelu', 'FastGelu', 'QuickGelu']) await checkForward(modelOf(op, [edges]));
    await checkForward(modelOf('BiasGelu', [edges, { shape: [8], data: new Array(8).fill(0) }]));
  });

  it('a text whose mask leaves it nothing', async () => {
    await checkForward(
      modelOf('Attention', [any(2, 3, 4), any(4, 12), any(12), int32([2, 3], 0, 0, 0, 0, 1, 1)], heads),
    );
  });
});

it('what is not known of them is refused by name', () => {
  const refusal = (model: TestModel) => {
    try {
      buildTrainingStep(buildModel(model), { loss: 'mse', optimizer: 'sgd', trainable: 'in0' });
    } catch (error) {
      expect(error).toBeInstanceOf(PruneError);
      return `${(error as PruneError).code}: ${(error as Error).message}`;
    }
    return 'built';
  };
  const shared = modelOf(
    'Attention',
    [any(2, 3, 4), any(4, 12), any(12), undefined, any(2, 2, 2, 8, 2), undefined, int32([1], 3)],
    { ...heads, past_present_share_buffer: 1 },
  );
  expect(refusal(shared)).toMatch(
    /^unsupported-operator: .*\(com.microsoft::Attention\): Attention with the length of a past has no gradient rule/,
  );
  const lengths = modelOf('Attention', [any(2, 3, 4), any(4, 12), any(12), int32([3], 3, 2, 1)], heads);
  expect(refusal(lengths)).toMatch(
    /with a mask of the shape \[3\] has no gradient rule; export with one of \[2, 3\]$/,
  );
  const packed = modelOf('MultiHeadAttention', [any(2, 3, 2, 3, 2)], heads);
  expect(refusal(packed)).toMatch(/MultiHeadAttention of packed keys and values has no gradient rule/);
  const oneWay = modelOf('MultiHeadAttention', [any(2, 2, 4), any(2, 4, 4), any(2, 4, 4)], {
    ...heads,
    unidirectional: 1,
  });
  expect(refusal(oneWay)).toMatch(
    /unidirectional and more keys \(4\) than queries \(2\) has no gradient rule; export with a mask/,
  );
  const told = [any(1, 3, 128), undefined, undefined, undefined, undefined, int32([1], 2), int32([1], 3)];
  const positions = modelOf('GroupQueryAttention', [...told, ...waves, int64([1, 3], 4, 2, 7)], {
    ...grouped,
    do_rotary: 1,
  });
  expect(refusal(positions)).toMatch(/GroupQueryAttention with positions and no past has no gradient rule/);
  const { tensors, ...open } = modelOf(
    'GroupQueryAttention',
    [...text(1, 3), ...past(1, 2), int32([1], 4), int32([1], 5)],
    grouped,
  );
  const { in6: _total, ...known } = tensors!;
  const unknown = { ...open, tensors: known, inputs: { in6: { shape: [1], type: 'int32' as const } } };
  expect(refusal(unknown)).toMatch(/its number of keys \(total_sequence_length\) have to be known/);
  const { in5: _ends, ...endless } = tensors!;
  const nodes = [
    open.nodes[0]!.with(1, ['in0', 'in1', 'in2', 'in3', 'in4', '', 'in6']),
  ] as unknown as TestNode[];
  expect(refusal({ ...open, tensors: endless, nodes })).toMatch(/^bad-model: .*not told how long texts are/);
  const newer = modelOf('QuickGelu', [any(2, 6)], { beta: float(1) });
  expect(refusal(newer)).toMatch(
    /it has the attribute "beta", which this release does not know of com.microsoft::QuickGelu/,
  );
});
