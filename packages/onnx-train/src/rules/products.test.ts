import { PruneError } from '@synaprune/core';
import { buildModel, float } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor } from '../testing/models.js';

describe('gradients of products', () => {
  const shapes: readonly [readonly number[], readonly number[]][] = [
    [
      [2, 3],
      [3, 4],
    ],
    [
      [2, 2, 3],
      [3, 4],
    ],
    [
      [2, 1, 2, 3],
      [3, 3, 2],
    ],
    [
      [3, 2],
      [4, 2, 3],
    ],
    [[3], [3, 2]],
    [[2, 3], [3]],
    [[3], [3]],
    [
      [2, 3],
      [2, 3, 1],
    ],
  ];
  for (const [a, b] of shapes) {
    it(`MatMul ${JSON.stringify(a)} ${JSON.stringify(b)}`, async () => {
      await checkGradients({
        tensors: { a: randomTensor(a, 1), b: randomTensor(b, 2) },
        nodes: [['MatMul', ['a', 'b'], ['y']]],
        outputs: ['y'],
      });
    });
  }

  for (const transA of [0, 1]) {
    for (const transB of [0, 1]) {
      it(`Gemm transA ${transA} transB ${transB}, with each shape of C`, async () => {
        for (const c of [undefined, [], [4], [1, 4], [2, 1], [2, 4]]) {
          await checkGradients({
            tensors: {
              a: randomTensor(transA ? [3, 2] : [2, 3], 1),
              b: randomTensor(transB ? [4, 3] : [3, 4], 2),
              ...(c ? { c: randomTensor(c, 3) } : {}),
            },
            nodes: [
              [
                'Gemm',
                c ? ['a', 'b', 'c'] : ['a', 'b'],
                ['y'],
                { transA, transB, alpha: float(0.5), beta: float(2) },
              ],
            ],
            outputs: ['y'],
          });
        }
      });
    }
  }

  const equations: readonly [string, ...(readonly number[])[]][] = [
    ['ij,j->i', [3, 1], [4]],
    ['ij,jk->ik', [2, 3], [3, 4]],
    ['bhid,bhjd->bhij', [2, 2, 3, 2], [2, 2, 4, 2]],
    ['...ij,jk->...ik', [2, 2, 3], [3, 2]],
    ['ij,jk', [2, 3], [3, 2]],
    ['ijk,j->k', [2, 3, 2], [3]],
    ['ij->i', [2, 3]],
    ['ij->ji', [2, 3]],
    ['i,j->ij', [2], [3]],
    ['ij,ij->', [2, 3], [2, 3]],
    ['ii->i', [3, 3]],
    ['ii', [3, 3]],
    ['iji->ji', [3, 2, 3]],
    ['iii->i', [2, 2, 2]],
    ['...ii->...i', [2, 3, 3]],
    ['iij,jj->ij', [2, 2, 3], [3, 3]],
    ['ii->i', [1, 1]],
  ];
  for (const [equation, ...operands] of equations) {
    it(`Einsum ${equation}`, async () => {
      const names = operands.map((_, index) => `operand${index}`);
      await checkGradients({
        tensors: Object.fromEntries(
          names.map((name, index) => [name, randomTensor(operands[index]!, index + 1)]),
        ),
        nodes: [['Einsum', names, ['y'], { equation }]],
        outputs: ['y'],
      });
    });
  }

  it('Einsum of a diagonal that is none is a broken model', () => {
    const model = buildModel({
      tensors: { a: randomTensor([2, 3], 1) },
      nodes: [['Einsum', ['a'], ['y'], { equation: 'ii->i' }]],
      outputs: ['y'],
    });
    const build = () => buildTrainingStep(model, { loss: 'mse', optimizer: 'sgd', trainable: 'a' });
    expect(build).toThrow(
      new PruneError('bad-model', 'node "einsum0" (Einsum): axis i is 2 and 3 in one operand'),
    );
  });
});
