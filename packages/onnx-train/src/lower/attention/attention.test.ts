import { PruneError } from '@synaprune/core';
import { type Attribute, buildModel, float } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../../step/build-training-step.js';
import { checkForward } from '../../testing/check-forward.js';
import { checkGradients } from '../../testing/check-gradients.js';
import { randomTensor, type TestModel, type TestTensor } from '../../testing/models.js';

const NONE = Number.NEGATIVE_INFINITY;

/** Queries, keys and values, and more inputs by the places that they have. */
function attention(
  shapes: readonly [readonly number[], readonly number[], readonly number[]],
  attributes: Readonly<Record<string, Attribute>>,
  more: Readonly<Record<number, TestTensor>> = {},
  outputs: readonly string[] = ['y'],
): TestModel {
  const [q, k, v] = shapes.map((shape, index) => randomTensor(shape, index + 1, 2)) as [
    TestTensor,
    TestTensor,
    TestTensor,
  ];
  const places = Object.keys(more).map(Number);
  const inputs = [
    'q',
    'k',
    'v',
    ...Array.from({ length: Math.max(2, ...places) - 2 }, (_, at) => (more[at + 3] ? `in${at + 3}` : '')),
  ];
  return {
    tensors: { q, k, v, ...Object.fromEntries(places.map((at) => [`in${at}`, more[at]!])) },
    nodes: [['Attention', inputs, outputs, attributes]],
    outputs: outputs.filter((name) => name !== ''),
    opset: 24,
  };
}

const four = [
  [2, 4, 3, 2],
  [2, 2, 4, 2],
  [2, 2, 4, 3],
] as const;
const bools = (shape: readonly number[], ...data: number[]): TestTensor => ({ type: 'bool', shape, data });

/** Each with a row of queries that no key is left for, where it has a mask. */
const cases: Readonly<Record<string, TestModel>> = {
  'of shared heads, causal, within a cap': attention(four, {
    is_causal: 1,
    softcap: float(1.5),
    scale: float(0.9),
  }),
  'with a mask of bools that leaves a row nothing': attention(
    four,
    {},
    { 3: bools([3, 4], 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1) },
  ),
  'with a bias that is infinite for a whole row': attention(
    four,
    {},
    {
      3: { shape: [3, 4], data: [0, NONE, 0.5, 1, NONE, NONE, NONE, NONE, -1, 2, 0, NONE] },
    },
  ),
  'of three axes, with a past and all outputs': attention(
    [
      [2, 2, 8],
      [2, 2, 4],
      [2, 2, 6],
    ],
    { q_num_heads: 4, kv_num_heads: 2, is_causal: 1, qk_matmul_output_mode: 3 },
    { 4: randomTensor([2, 2, 3, 2], 7), 5: randomTensor([2, 2, 3, 3], 8) },
    ['y', 'key', 'value', 'shares'],
  ),
  'of lengths, causal from the end': attention(
    four,
    { is_causal: 1 },
    { 6: { type: 'int64', shape: [2], data: [4, 3] } },
  ),
};

describe('attention', () => {
  for (const [what, model] of Object.entries(cases)) {
    it(`${what}: as the runtime has it, and with its gradients`, async () => {
      await checkForward(model);
      await checkGradients({ ...model, by: ['q', 'k', 'v'], single: true });
    });
  }

  it('gives zero, not NaN, where large scores meet a mask', async () => {
    const model = attention(four, {}, { 3: bools([3, 4], 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0) });
    const large = {
      ...model,
      tensors: { ...model.tensors, q: { shape: [2, 4, 3, 2], data: new Array(48).fill(1e30) } },
    };
    const [y] = await checkForward(large);
    expect(y!.data.slice(0, 3)).toEqual([0, 0, 0]);
  });

  it('of a window, or with a softmax in another type, is refused by name', () => {
    for (const [name, attribute, why] of [
      [
        'left_window_size',
        2,
        'Attention with left_window_size has no gradient rule; give the window as a mask',
      ],
      [
        'softmax_precision',
        11,
        'Attention with softmax_precision 11 has no gradient rule; export with a softmax in float32',
      ],
    ] as const) {
      const model = buildModel({ ...attention(four, { [name]: attribute }), opset: 25 });
      const build = () => buildTrainingStep(model, { loss: 'mse', optimizer: 'sgd', trainable: 'q' });
      expect(build).toThrow(new PruneError('unsupported-operator', `node "attention0" (Attention): ${why}`));
    }
  });
});

describe('a rotary embedding', () => {
  const waves = { cos: randomTensor([2, 3, 2], 3), sin: randomTensor([2, 3, 2], 4) };
  for (const interleaved of [0, 1]) {
    it(`of four axes, interleaved ${interleaved}, of a part of each head: as the runtime has it, and with its gradients`, async () => {
      const model: TestModel = {
        tensors: { x: randomTensor([2, 2, 3, 6], 1), ...waves },
        nodes: [['RotaryEmbedding', ['x', 'cos', 'sin'], ['y'], { interleaved, rotary_embedding_dim: 4 }]],
        outputs: ['y'],
        opset: 23,
      };
      await checkForward(model);
      await checkGradients({ ...model, single: true });
    });
  }
});
