import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor, type TestNode, type TestTensor } from '../testing/models.js';
import { startTraining } from '../testing/runtime.js';

const positive = (shape: readonly number[], seed: number): TestTensor => {
  const { data } = randomTensor(shape, seed);
  return { shape, data: data.map((x) => x + 1.6) };
};

const shapes: readonly [readonly number[], readonly number[]][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[2, 3], []],
  [
    [1, 3],
    [2, 1],
  ],
  [
    [4, 1, 3],
    [2, 1],
  ],
];

describe('gradients of operators with two operands', () => {
  for (const op of ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min']) {
    it(`${op}, broadcast each way`, async () => {
      for (const [a, b] of shapes) {
        for (const [left, right] of [
          [a, b],
          [b, a],
        ] as const) {
          await checkGradients({
            tensors: { a: positive(left, 1), b: positive(right, 2) },
            nodes: [[op, ['a', 'b'], ['y']]],
            outputs: ['y'],
          });
        }
      }
    });
  }

  it('Sum, Mean, Max and Min of three operands', async () => {
    for (const op of ['Sum', 'Mean', 'Max', 'Min']) {
      await checkGradients({
        tensors: { a: randomTensor([2, 3], 1), b: randomTensor([3], 2), c: randomTensor([2, 1], 3) },
        nodes: [[op, ['a', 'b', 'c'], ['y']]],
        outputs: ['y'],
      });
    }
  });

  it('one operand read twice', async () => {
    await checkGradients({
      tensors: { a: randomTensor([2, 3], 1) },
      nodes: [
        ['Mul', ['a', 'a'], ['square']],
        ['Sub', ['square', 'a'], ['y']],
      ],
      outputs: ['y'],
    });
  });

  it('Where, broadcast', async () => {
    await checkGradients({
      tensors: {
        condition: { type: 'bool', shape: [2, 1], data: [1, 0] },
        a: randomTensor([2, 3], 1),
        b: randomTensor([3], 2),
      },
      nodes: [['Where', ['condition', 'a', 'b'], ['y']]],
      outputs: ['y'],
    });
  });

  it('Pow by 2, 3 and a half', async () => {
    for (const power of [2, 3, 0.5]) {
      await checkGradients({
        tensors: { a: positive([2, 3], 4), power: { shape: [], data: [power] } },
        by: ['a'],
        nodes: [['Pow', ['a', 'power'], ['y']]],
        outputs: ['y'],
      });
    }
  });

  it('Pow by an integer exponent, and by an exponent that is read at several places', async () => {
    await checkGradients({
      tensors: { a: positive([2, 3], 4), power: { type: 'int64', shape: [3], data: [3, 0, -1] } },
      nodes: [['Pow', ['a', 'power'], ['y']]],
      outputs: ['y'],
    });
    await checkGradients({
      tensors: { x: positive([2, 3], 4) },
      nodes: [['Pow', ['x', 'x'], ['y']]],
      outputs: ['y'],
    });
  });

  it('Pow at a base of 0 and at negative bases, as PyTorch has it', async () => {
    const [x, power] = await gradientsOf(
      { x: { shape: [6], data: [0, 0, 0, -2, 3, -1.5] }, power: { shape: [6], data: [2, 0, 1, 2, 1.5, 0] } },
      ['Pow', ['x', 'power'], ['y']],
    );
    // torch 1.13: x.grad [0, 0, 1, -4, 2.5981, 0], power.grad [0, 0, 0, nan, 5.7086, nan].
    expect(x!.map((g) => Number(g.toFixed(4)))).toEqual([0, 0, 1, -4, 2.5981, 0]);
    expect(power!.map((g) => Number(g.toFixed(4)))).toEqual([0, 0, 0, Number.NaN, 5.7086, Number.NaN]);
  });

  it('Clip gives the gradient of what a bound took to the bound, as PyTorch’s clamp', async () => {
    const x: TestTensor = { shape: [4], data: [-2, 0, 1, 3] };
    const by = (low: number, high: number) =>
      gradientsOf(
        { x, low: { shape: [], data: [low] }, high: { shape: [], data: [high] } },
        ['Clip', ['x', 'low out', 'high out'], ['y']],
        [
          ['Identity', ['low'], ['low out']],
          ['Identity', ['high'], ['high out']],
        ],
      );
    // torch 1.13, torch.clamp(x, low, high).sum(): by x, by low, by high.
    expect(await by(0.5, 2)).toEqual([[0, 0, 1, 0], [2], [1]]);
    expect(await by(2.5, 2)).toEqual([[0, 0, 0, 0], [0], [4]]);
  });
});

/** Gradients of the sum of the elements that a node gives, by each tensor. */
async function gradientsOf(
  tensors: Record<string, TestTensor>,
  node: TestNode,
  before: readonly TestNode[] = [],
): Promise<(readonly number[])[]> {
  const step = buildTrainingStep(
    buildModel({
      // Negated twice, so that no tensor is a setting by where it is read.
      tensors: Object.fromEntries(
        Object.entries(tensors).map(([name, { shape, data }]) => [
          `minus ${name}`,
          { shape, data: data.map((x) => -x) },
        ]),
      ),
      nodes: [
        ...Object.keys(tensors).map((name): TestNode => ['Neg', [`minus ${name}`], [name]]),
        ...before,
        node,
        ['ReduceSum', ['y'], ['loss'], { keepdims: 0 }],
      ],
      outputs: ['loss'],
    }),
    {
      loss: { kind: 'output', name: 'loss' },
      optimizer: 'sgd',
      gradients: true,
      trainable: Object.keys(tensors).map((name) => `minus ${name}`),
    },
  );
  const training = await startTraining(step);
  const { all } = await training.run({}, 0);
  await training.release();
  return step.weights.map(({ gradient }) => all[gradient!]!.data.map((g) => 0 - g));
}
