import { describe, it } from 'vitest';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor, type TestTensor } from '../testing/models.js';

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
            ...(op === 'Pow' ? { by: ['a'] } : {}),
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
});
