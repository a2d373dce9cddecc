import { readFileSync } from 'node:fs';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { Loss, LossTerm } from '../options/loss-options.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { failure, refused } from '../testing/linear-step.js';
import type { TestTensor } from '../testing/models.js';
import { startTraining } from '../testing/runtime.js';

/** Made by testing/make-loss-figures.py. */
interface Figures {
  readonly flat: TestTensor;
  readonly deep: TestTensor;
  readonly cases: readonly {
    readonly loss: Exclude<Loss, string>;
    readonly prediction: 'flat' | 'deep';
    readonly target: TestTensor;
    readonly samples?: TestTensor;
    readonly value: number;
    readonly gradient: readonly number[];
  }[];
}
const figures = JSON.parse(
  readFileSync(new URL('../testing/loss-figures.json', import.meta.url), 'utf8'),
) as Figures;
const { flat } = figures;

/** A model whose predictions are its weights, so that their gradient is that of the loss by the predictions. */
const predicting = (prediction: TestTensor) =>
  buildModel({
    inputs: { x: { shape: prediction.shape } },
    tensors: { w: prediction },
    nodes: [
      ['Add', ['x', 'w'], ['y']],
      ['Softmax', ['y'], ['p'], { axis: 1 }],
    ],
    outputs: ['y', 'p'],
  });

/** The loss and its gradient by the predictions. */
async function lossOf(
  prediction: TestTensor,
  loss: Loss | readonly LossTerm[],
  feeds: Readonly<Record<string, TestTensor>>,
) {
  const step = buildTrainingStep(predicting(prediction), {
    loss,
    optimizer: 'sgd',
    gradients: true,
    trainable: ['w'],
  });
  const training = await startTraining(step);
  const x = { shape: prediction.shape, data: prediction.data.map(() => 0) };
  const own = Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [`synaprune/${name}`, tensor]),
  );
  const { loss: value, all } = await training.run({ x, ...own }, 0);
  await training.release();
  return { value, gradient: all['synaprune/new-gradient/w']!.data };
}
const worst = (ours: readonly number[], theirs: readonly number[]) =>
  Math.max(...theirs.map((value, at) => Math.abs(value - ours[at]!)));
const indices = { kind: 'crossEntropy', targets: 'indices' } as const;
const ints = (...data: number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });

describe('losses and their gradients agree with PyTorch to 1e-6', () => {
  for (const { loss, prediction, target, samples, value, gradient } of figures.cases) {
    it(JSON.stringify(loss), async () => {
      const ours = await lossOf(figures[prediction], loss, {
        'target/y': target,
        ...(samples ? { 'sample-weight/y': samples } : {}),
      });
      expect(Math.abs(ours.value - value)).toBeLessThan(1e-6);
      expect(worst(ours.gradient, gradient)).toBeLessThan(1e-6);
    });
  }
});

describe('what counts for nothing', () => {
  it('leaves a loss of NaN and gradients of zero where nothing counts', async () => {
    const none = { shape: [6], data: [0, 0, 0, 0, 0, 0] };
    const ignored = ints(-1, -1, -1, -1, -1, -1);
    for (const [loss, feeds] of [
      [{ ...indices, ignoreIndex: -1 }, { 'target/y': ignored }],
      [{ ...indices, ignoreIndex: -1, labelSmoothing: 0.1 }, { 'target/y': ignored }],
      [{ ...indices, classWeights: [0, 1, 1, 1] }, { 'target/y': ints(0, 0, 0, 0, 0, 0) }],
      [
        { kind: 'mse', sampleWeights: true },
        { 'target/y': flat, 'sample-weight/y': none },
      ],
    ] as const) {
      const { value, gradient } = await lossOf(flat, loss, feeds);
      expect(value, JSON.stringify(loss)).toBeNaN();
      expect(gradient.every((each) => each === 0)).toBe(true);
    }
  });

  it('an index of no class beside an ignored one still makes the loss NaN', async () => {
    const loss = { ...indices, ignoreIndex: -100 };
    const right = await lossOf(flat, loss, { 'target/y': ints(0, 1, -100, 2, 3, 1) });
    expect(right.value).toBeGreaterThan(0);
    expect(right.gradient.slice(8, 12)).toEqual([0, 0, 0, 0]);
    for (const wrong of [4, -1]) {
      const { value } = await lossOf(flat, loss, { 'target/y': ints(0, 1, -100, 2, 3, wrong) });
      expect(value).toBeNaN();
    }
  });

  it('what a teacher rules out costs nothing, and a student that agrees has no loss', async () => {
    const closed = { ...flat, data: flat.data.map((value, at) => (at % 4 === 2 ? -Infinity : value)) };
    const there = await lossOf(flat, { kind: 'distillation', temperature: 2 }, { 'target/y': closed });
    expect(there.value).toBeGreaterThan(0);
    expect(there.gradient.every(Number.isFinite)).toBe(true);
    const same = await lossOf(flat, 'distillation', { 'target/y': flat });
    expect(same.value).toBe(0);
    expect(worst(same.gradient, new Array(24).fill(0))).toBeLessThan(1e-7);
  });
});

it('a list of terms is their weighted sum, each by targets of its own', async () => {
  const labels = ints(0, 3, 1, 1, 2, 3);
  const label = await lossOf(flat, indices, { 'target/y': labels });
  const teacher = { ...flat, data: [...flat.data].reverse() };
  const distilled = await lossOf(flat, { kind: 'distillation', temperature: 3 }, { 'target/y': teacher });
  const both = await lossOf(
    flat,
    [
      { loss: indices, output: 'y', weight: 0.25 },
      { loss: { kind: 'distillation', temperature: 3 }, output: 'y', weight: 2, targets: 'teacher' },
    ],
    { 'target/y': labels, 'target/teacher': teacher },
  );
  expect(both.value).toBeCloseTo(0.25 * label.value + 2 * distilled.value, 5);
  const sum = label.gradient.map((each, at) => 0.25 * each + 2 * distilled.gradient[at]!);
  expect(worst(both.gradient, sum)).toBeLessThan(1e-6);
  const step = buildTrainingStep(predicting(flat), {
    loss: [
      { loss: { kind: 'mse', sampleWeights: true }, output: 'y' },
      { loss: 'mae', output: 'p' },
      { loss: { kind: 'output', name: 'p' }, weight: 0.1 },
    ],
    optimizer: 'sgd',
    trainable: ['w'],
  });
  expect(step.inputs.map(({ modelName, role }) => [modelName, role])).toEqual([
    ['x', 'input'],
    ['y', 'target'],
    ['p', 'target'],
    ['y', 'sampleWeight'],
  ]);
});

describe('losses that cannot be', () => {
  const build = (loss: unknown, more: object = {}) => {
    buildTrainingStep(predicting(flat), { loss: loss as Loss, optimizer: 'sgd', trainable: ['w'], ...more });
  };
  it('of an output that there is not are refused, with those that there are', () => {
    const said = 'buildTrainingStep: the model has no output "z"; it has "y", "p"';
    expect(refused(() => build('mse', { outputs: 'z' }))).toBe(said);
    expect(refused(() => build([{ loss: 'mse', output: 'z' }]))).toBe(said);
    expect(refused(() => build([{ loss: { kind: 'output', name: 'z' } }]))).toBe(said);
  });
  it('take their targets by one name without saying so', () => {
    const twice = [
      { loss: 'crossEntropy', output: 'y' },
      { loss: 'distillation', output: 'y' },
    ];
    expect(refused(() => build(twice))).toContain('two terms of the loss take their targets as "y"');
    const shared = (one: object, other: object) => [
      { loss: one, output: 'y', targets: 't' },
      { loss: other, output: 'y', targets: 't' },
    ];
    expect(() => build(shared({ kind: 'mse' }, { kind: 'mae' }))).not.toThrow();
    expect(refused(() => build(shared({ kind: 'mse' }, indices)))).toContain('share the targets "t"');
  });
  for (const [loss, said] of [
    [[], 'to have a term'],
    [[{ loss: 'mse' }], 'loss[0].output to be a name, got undefined'],
    [[{ loss: 'mse', output: 'y', weight: 0 }], 'loss[0].weight above 0, got 0'],
    [[{ loss: { kind: 'mse', delta: 1 }, output: 'y' }], 'no option "delta" in loss[0].loss of kind "mse"'],
    [[{ loss: { kind: 'output', name: 'p' }, output: 'y' }], 'takes no loss[0].output'],
    [{ ...indices, classWeights: [1, 2, 3] }, 'a number for each of the 4 on axis 1'],
    [{ ...indices, classWeights: [1, 2, 3, -1] }, 'loss.classWeights[3] of at least 0, got -1'],
    [{ ...indices, classWeights: [0, 0, 0, 0] }, 'got zeros alone'],
    [{ ...indices, ignoreIndex: 0.5 }, 'ignoreIndex to be a whole number, got 0.5'],
    [{ ...indices, ignoreIndex: 2 ** 25 }, 'which float32 tells apart'],
    [{ kind: 'crossEntropy', ignoreIndex: 0 }, "targets: 'indices'"],
    [{ ...indices, labelSmoothing: 1 }, 'labelSmoothing in [0, 1), got 1'],
    [{ kind: 'binaryCrossEntropy', positiveWeight: [1, 2] }, 'a number for each of the 4 on axis -1'],
    [{ kind: 'distillation', temperature: 0 }, 'temperature above 0, got 0'],
    [{ ...indices, axis: 0, sampleWeights: true }, 'with classes on that axis'],
  ] as const) {
    it(JSON.stringify(loss), () => expect(() => build(loss)).toThrow(said));
  }
  it('outputs do not go with terms', () => {
    expect(() => build([{ loss: 'mse', output: 'y' }], { outputs: 'y' })).toThrow(
      'takes outputs with one loss',
    );
    expect(failure(() => build([{ loss: 'mse', output: 'y' }], { trainable: ['v'] })).code).toBe(
      'unmatched-selector',
    );
  });
});
