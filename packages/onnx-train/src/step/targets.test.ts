import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { Loss } from '../options/loss-options.js';
import { randomTensor, type TestNode, type TestTensor } from '../testing/models.js';
import { startTraining } from '../testing/runtime.js';
import { buildTrainingStep } from './build-training-step.js';

const x = randomTensor([4, 3], 5);
const model = (...nodes: TestNode[]) =>
  buildModel({
    inputs: { x: { shape: [4, 3] } },
    tensors: {
      w: randomTensor([3, 2], 1),
      b: randomTensor([2], 2),
      shape: { type: 'int64', shape: [2], data: [4, 2] },
    },
    nodes: [['MatMul', ['x', 'w'], ['z']], ...nodes],
    outputs: ['y'],
  });
const dense = model(['Add', ['z', 'b'], ['y']]);
const indices = { kind: 'crossEntropy', targets: 'indices' } as const;

describe('labels', () => {
  it('say where they lie, and so do targets of a binary cross-entropy', () => {
    const limits = (loss: Loss) =>
      buildTrainingStep(dense, { loss, optimizer: 'sgd' }).inputs.find(({ role }) => role === 'target')
        ?.limits;
    expect(limits(indices)).toEqual([0, 1]);
    expect(limits({ ...indices, axis: 0 })).toEqual([0, 3]);
    expect(limits('binaryCrossEntropy')).toEqual([0, 1]);
    expect(limits('crossEntropy')).toBeUndefined();
    expect(limits('mse')).toBeUndefined();
  });

  it('need two classes of logits to learn from, and the refusal says what takes one number', () => {
    const tall = { ...indices, axis: 0 };
    const flat = model(['ReduceMean', ['z'], ['y'], { axes: [1] }]);
    const build = (loss: Loss) => () => buildTrainingStep(flat, { loss, optimizer: 'sgd' });
    expect(build('crossEntropy')).toThrow(
      /two classes or more on axis 1 .*\[4, 1\].*binaryCrossEntropy.*mse/,
    );
    expect(build(indices)).toThrow(RangeError);
    expect(build(tall)).not.toThrow();
    expect(build('binaryCrossEntropy')).not.toThrow();
  });

  it('of no class make the loss NaN, and gradients those of the other rows', async () => {
    const run = async (data: number[]) => {
      const training = await startTraining(
        buildTrainingStep(dense, { loss: indices, optimizer: 'sgd', gradients: true }),
      );
      const target: TestTensor = { type: 'int64', shape: [4], data };
      const { loss, all } = await training.run({ x, 'synaprune/target/y': target }, 0.1);
      await training.release();
      return { loss, gradient: all['synaprune/new-gradient/b']!.data };
    };
    const good = await run([0, 1, 1, 0]);
    expect(good.loss).toBeGreaterThan(0);
    for (const wrong of [2, -1, -100, 2 ** 40]) {
      const { loss, gradient } = await run([0, 1, 1, wrong]);
      expect(loss, `${wrong}`).toBeNaN();
      expect(gradient.every(Number.isFinite)).toBe(true);
    }
  });
});

it('a class that a logit of −∞ rules out costs nothing where it is not the label', async () => {
  const step = buildTrainingStep(
    buildModel({
      inputs: { x: { shape: [4, 3] } },
      tensors: {
        w: randomTensor([3, 2], 1),
        closed: { shape: [3], data: [0, 0, Number.NEGATIVE_INFINITY] },
        wider: { type: 'int64', shape: [4], data: [0, 0, 0, 1] },
      },
      nodes: [
        ['MatMul', ['x', 'w'], ['z']],
        ['Pad', ['z', 'wider'], ['three']],
        ['Add', ['three', 'closed'], ['y']],
      ],
      outputs: ['y'],
    }),
    { loss: indices, optimizer: 'sgd', trainable: ['w'] },
  );
  const training = await startTraining(step);
  const target: TestTensor = { type: 'int64', shape: [4], data: [0, 1, 1, 0] };
  const { loss } = await training.run({ x, 'synaprune/target/y': target }, 0.1);
  expect(loss).toBeGreaterThan(0);
  expect(training.weights.get('w')!.data.every(Number.isFinite)).toBe(true);
  await training.release();
});

describe('an output that is not what the loss takes it for', () => {
  const codes = (bytes: Uint8Array, loss: Loss) =>
    buildTrainingStep(bytes, { loss, optimizer: 'sgd' }).notices.map(({ code }) => code);
  const softmax = model(['Add', ['z', 'b'], ['a']], ['Softmax', ['a'], ['y']]);
  const sigmoid = model(['Add', ['z', 'b'], ['a']], ['Sigmoid', ['a'], ['y']]);

  it('probabilities under a loss that takes logits are told, behind views as well', () => {
    expect(codes(softmax, 'crossEntropy')).toEqual(['probabilities-as-logits']);
    expect(codes(sigmoid, 'binaryCrossEntropy')).toEqual(['probabilities-as-logits']);
    const behind = model(
      ['Add', ['z', 'b'], ['a']],
      ['Softmax', ['a'], ['p']],
      ['Cast', ['p'], ['c'], { to: 1 }],
      ['Identity', ['c'], ['i']],
      ['Reshape', ['i', 'shape'], ['y']],
    );
    const clipped = model(
      ['Add', ['z', 'b'], ['a']],
      ['Softmax', ['a'], ['p']],
      ['Clip', ['p', '', ''], ['y']],
    );
    expect(codes(clipped, 'crossEntropy')).toEqual(['probabilities-as-logits']);
    const { notices } = buildTrainingStep(behind, { loss: indices, optimizer: 'sgd' });
    expect(notices).toEqual([
      {
        code: 'probabilities-as-logits',
        message:
          'output "y" ends in node "softmax2" (Softmax), so it holds probabilities, and the loss takes them for ' +
          'logits: they would be squashed once more, and training would stall; loss: { kind: ' +
          "'crossEntropy', from: 'probabilities' } takes them for what they are",
      },
    ]);
  });

  it('logits under a loss that takes probabilities are told', () => {
    expect(codes(dense, { kind: 'crossEntropy', from: 'probabilities' })).toEqual([
      'logits-as-probabilities',
    ]);
    const logs = model(['LogSoftmax', ['z'], ['y']]);
    expect(codes(logs, { kind: 'crossEntropy', from: 'probabilities' })).toEqual(['logits-as-probabilities']);
  });

  it('nothing is told where they fit, or where it cannot be known', () => {
    expect(codes(softmax, { kind: 'crossEntropy', from: 'probabilities' })).toEqual([]);
    expect(codes(sigmoid, { kind: 'binaryCrossEntropy', from: 'probabilities' })).toEqual([]);
    expect(codes(softmax, 'mse')).toEqual([]);
    expect(codes(dense, 'crossEntropy')).toEqual([]);
    // Logarithms of probabilities are logits: another softmax leaves them as they are.
    expect(codes(model(['LogSoftmax', ['z'], ['y']]), 'crossEntropy')).toEqual([]);
    const ratio = model(['Exp', ['z'], ['e']], ['ReduceSum', ['e'], ['s']], ['Div', ['e', 's'], ['y']]);
    expect(codes(ratio, { kind: 'crossEntropy', from: 'probabilities' })).toEqual([]);
  });

  it('classes that were chosen already are refused, with the outputs that are left', () => {
    const bytes = buildModel({
      inputs: { x: { shape: [4, 3] } },
      tensors: { w: randomTensor([3, 2], 1) },
      nodes: [
        ['MatMul', ['x', 'w'], ['scores']],
        ['ArgMax', ['scores'], ['label'], { axis: 1 }],
      ],
      outputs: ['label', 'scores'],
    });
    expect(() => buildTrainingStep(bytes, { loss: 'mse', optimizer: 'sgd' })).toThrow(
      'the loss is of output "label", which is int64, so nothing can be trained by it; outputs chooses ' +
        'another: "scores"',
    );
  });
});
