import { describe, expect, inject, test } from 'vitest';
import { type Checked, checkGraph, randomly } from './testing/check-graph.js';
import { blockLabels, generateGraph } from './testing/generate-graph.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Without all of it, a fifth, with the first seeds of what is in none of those. */
const seeds = inject('whole') ? range(1000) : [...range(200), 209, 264, 269, 302, 333, 356];
const chunk = 50;

/** Blocks that nothing can be removed in, each with its reason. */
const never: Readonly<Record<string, string>> = {
  'spatial attention': 'the mean and the largest of all channels are others with fewer of them',
};

/** Operators that must have given a smaller value somewhere, or none of their rules was at work. */
const operators = [
  ...['conv', 'convtranspose', 'gemm', 'matmul', 'add', 'sub', 'mul', 'div', 'max', 'min', 'prelu', 'clip'],
  ...['relu', 'sigmoid', 'tanh', 'erf', 'leakyrelu', 'hardswish', 'softplus', 'elu', 'identity', 'dropout'],
  ...['batchnormalization', 'instancenormalization', 'groupnormalization', 'concat', 'split', 'slice'],
  ...[
    'gather',
    'reshape',
    'flatten',
    'transpose',
    'squeeze',
    'unsqueeze',
    'maxpool',
    'averagepool',
    'lppool',
  ],
  ...[
    'globalaveragepool',
    'globalmaxpool',
    'resize',
    'pad',
    'reducemean',
    'reducemax',
    'reducesum',
    'softmax',
  ],
  ...['lstm', 'gru', 'rnn', 'if', 'swish', 'linear', 'dequantizelinear', 'quantizelinear', 'cast'],
];

/** Ways of holding a weight. */
const weights = ['float16', 'qdq per tensor', 'qdq per channel', 'identity', 'transposed'].map(
  (form) => `weight/${form}`,
);

describe(`${seeds.length} generated graphs`, () => {
  const through = new Set<string>();
  const all: Checked[] = [];

  for (let first = 0; first < seeds.length; first += chunk) {
    const some = seeds.slice(first, first + chunk);
    test(`compute what the masked dense ones do, seeds ${some[0]} to ${some.at(-1)}`, async () => {
      const faults: string[] = [];
      for (const seed of some) {
        const checked = await checkGraph(generateGraph(seed), seed, {
          keep: 0.5,
          importance: randomly(seed),
        });
        faults.push(...checked.faults.map((fault) => `seed ${seed}: ${fault}`));
        for (const key of checked.through) through.add(key);
        all.push(checked);
      }
      expect(faults).toEqual([]);
    });
  }

  test('had something to remove in nine of ten, and lost it', () => {
    const removable = all.filter(({ groups }) => groups > 0);
    expect(removable.length / all.length).toBeGreaterThan(0.9);
    expect(removable.filter(({ removed }) => removed > 0).length).toBe(removable.length);
  });

  test('lost channels through every operator, every kind of block and every way of holding a weight', () => {
    const wanted = [...operators, ...blockLabels.filter((label) => !(label in never)), ...weights];
    expect(wanted.filter((key) => !through.has(key))).toEqual([]);
  });
});
