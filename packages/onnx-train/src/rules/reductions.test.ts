import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { range } from '../arithmetic/arithmetic.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor, type TestTensor } from '../testing/models.js';
import { startTraining } from '../testing/runtime.js';

const data = randomTensor([2, 3, 4], 3);
const positive: TestTensor = { ...data, data: data.data.map((x) => x + 1.5) };

describe('gradients of reductions', () => {
  const ops = 'Sum Mean Max Min L1 L2 SumSquare LogSum LogSumExp'.split(' ').map((name) => `Reduce${name}`);
  for (const op of ops) {
    it(`${op} over all axes, one, several, kept or not`, async () => {
      for (const axes of [undefined, [1], [0, -1]]) {
        for (const keepdims of [0, 1]) {
          const late = op === 'ReduceSum';
          const listed = axes === undefined || late ? {} : { axes };
          await checkGradients({
            tensors: {
              x: positive,
              ...(axes && late ? { axes: { type: 'int64', shape: [axes.length], data: axes } } : {}),
            },
            by: ['x'],
            nodes: [[op, axes && late ? ['x', 'axes'] : ['x'], ['y'], { keepdims, ...listed }]],
            outputs: ['y'],
          });
        }
      }
    });

    it(`${op} with axes as an input, of version 18`, async () => {
      await checkGradients({
        tensors: { x: positive, axes: { type: 'int64', shape: [1], data: [1] } },
        by: ['x'],
        nodes: [[op, ['x', 'axes'], ['y']]],
        outputs: ['y'],
        opset: 18,
      });
    });
  }

  it.each(ops)('%s over no axes, which still does to each element what it sums', async (op) => {
    for (const keepdims of [0, 1]) {
      await checkGradients({
        tensors: { x: positive, axes: { type: 'int64', shape: [0], data: [] } },
        by: ['x'],
        nodes: [[op, ['x', 'axes'], ['y'], { noop_with_empty_axes: 1, keepdims }]],
        outputs: ['y'],
        opset: 18,
      });
    }
  });

  it('ReduceLogSumExp of numbers whose exponentials overflow', async () => {
    await checkGradients({
      tensors: { x: { shape: [2, 3], data: [200, 201, 199.5, -300, -300.5, -299] } },
      nodes: [['ReduceLogSumExp', ['x'], ['y'], { axes: [1], keepdims: 0 }]],
      outputs: ['y'],
    });
  });

  it('ReduceSum with axes as an attribute, of version 11', async () => {
    await checkGradients({
      tensors: { x: positive },
      nodes: [['ReduceSum', ['x'], ['y'], { axes: [1], keepdims: 0 }]],
      outputs: ['y'],
      opset: 11,
    });
  });

  it('GlobalAveragePool and GlobalMaxPool', async () => {
    for (const op of ['GlobalAveragePool', 'GlobalMaxPool']) {
      await checkGradients({
        // No two within reach of a difference: the largest stays the largest.
        tensors: { x: { shape: [2, 2, 3, 2], data: range(24).map((at) => ((at * 7) % 24) / 4) } },
        nodes: [[op, ['x'], ['y']]],
        outputs: ['y'],
      });
    }
  });
});

it('the gradient of a length of 0 is 0, as PyTorch’s norm has it, and no NaN', async () => {
  const step = buildTrainingStep(
    buildModel({
      tensors: { w: { shape: [2, 2], data: [0, 0, 3, 4] } },
      nodes: [
        ['ReduceL2', ['w'], ['length'], { axes: [1], keepdims: 0 }],
        ['ReduceSum', ['length'], ['y'], { keepdims: 0 }],
      ],
      outputs: ['y'],
    }),
    { loss: { kind: 'output', name: 'y' }, optimizer: 'sgd', gradients: true, trainable: ['w'] },
  );
  const training = await startTraining(step);
  const { all } = await training.run({}, 0);
  expect(all[step.weights[0]!.gradient!]!.data.map((g) => Number(g.toFixed(6)))).toEqual([0, 0, 0.6, 0.8]);
  await training.release();
});
