import { type ObservedScore, observedScore, type Signal } from '@synaprune/core';
import { buildModel, type ModelParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import type { TrainingStep } from '../options/training-step.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { failure } from '../testing/linear-step.js';
import { randomTensor, type TestTensor } from '../testing/models.js';
import { load } from '../testing/runtime.js';
import { buildRanking } from './build-ranking.js';

const model = {
  inputs: { x: ['batch', 3] },
  tensors: {
    kernel: randomTensor([3, 4], 1),
    bias: randomTensor([4], 2),
    out: randomTensor([2, 4], 3),
    outBias: randomTensor([2], 4),
  },
  nodes: [
    ['MatMul', ['x', 'kernel'], ['product']],
    ['Add', ['product', 'bias'], ['sum']],
    ['Relu', ['sum'], ['hidden']],
    ['Gemm', ['hidden', 'out', 'outBias'], ['y'], { transB: 1 }],
  ],
  outputs: ['y'],
} satisfies ModelParts;
const x = randomTensor([5, 3], 9);
const y = randomTensor([5, 2], 10);

/** Remembers what a signal was last. */
const last = (signal: Signal): ObservedScore =>
  observedScore({
    name: `last ${signal}`,
    needs: [signal],
    memory: { seen: signal },
    observe: (_, signals) => ({ seen: signals[signal] }),
    rank: ({ multiply, abs }, weight, { seen }) => multiply(abs(weight), seen!),
  });

/** Σ −w·g. */
const movement = observedScore({
  name: 'movement',
  needs: ['weight', 'gradient'],
  memory: { sum: 'weight' },
  observe: ({ subtract, multiply }, { weight, gradient }, { sum }) => ({
    sum: subtract(sum!, multiply(weight, gradient)),
  }),
  rank: (_, __, { sum }) => sum!,
});

/** Runs steps of one batch, and gives what is remembered, by weight and name. */
async function train(
  parts: ModelParts,
  options: Partial<TrainingStepOptions> & Pick<TrainingStepOptions, 'scores'>,
  data: Readonly<Record<string, TestTensor>>,
  steps = 1,
) {
  const step = buildTrainingStep(buildModel(parts), { loss: 'mse', optimizer: 'adam', ...options });
  const runner = await load(step.model, true);
  const state: Record<string, TestTensor> = {};
  for (const { input, shape, initial, mask, slots, memory = [] } of step.weights) {
    state[input] = { shape, data: [...initial] };
    if (mask) state[mask] = { shape, data: initial.length ? Array.from(initial, () => 1) : [] };
    const zeros = (of: readonly number[]) => ({
      shape: of,
      data: new Array<number>(of.reduce((a, b) => a * b, 1)).fill(0),
    });
    for (const slot of slots) state[slot.input] = zeros(shape);
    for (const each of memory) state[each.input] = zeros(each.shape);
  }
  const seen: { weights: Map<string, readonly number[]>; gradients: Map<string, readonly number[]> }[] = [];
  const remembered = new Map<string, TestTensor>();
  for (let count = 1; count <= steps; count += 1) {
    const scalars = {
      [step.learningRate]: { shape: [], data: [0.05] },
      [step.step]: { shape: [], data: [count] },
    };
    const all = await runner.run({ ...data, ...scalars, ...state });
    seen.push({
      weights: new Map(step.weights.map(({ name, input }) => [name, state[input]!.data])),
      gradients: new Map(
        step.weights.flatMap(({ name, gradient }) => (gradient ? [[name, all[gradient]!.data]] : [])),
      ),
    });
    for (const { name, input, output, slots, memory = [] } of step.weights) {
      state[input] = all[output]!;
      for (const slot of slots) {
        state[slot.input] = all[slot.output]!;
        remembered.set(`${name}/${slot.kind}`, all[slot.output]!);
      }
      for (const each of memory) {
        state[each.input] = all[each.output]!;
        remembered.set(`${name}/${each.score}/${each.name}`, all[each.output]!);
      }
    }
  }
  await runner.release();
  return { step, remembered, seen };
}

/** What the model itself gives for a sequence. */
async function outputsOf(step: TrainingStep, x: TestTensor): Promise<readonly number[]> {
  const runner = await load(step.export(new Map()));
  const { y } = await runner.run({ x });
  await runner.release();
  return y!.data;
}

const batch = { x, 'synaprune/target/y': y };
const close = (got: TestTensor, shape: readonly number[], expected: readonly number[]) => {
  expect(got.shape).toEqual(shape);
  got.data.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 6);
  });
};
const means = (size: number, of: (index: number) => readonly number[]) =>
  Array.from({ length: size }, (_, i) => of(i).reduce((a, b) => a + b, 0) / of(i).length);

describe('scores in a step', () => {
  it('see weights before the update and gradients that nothing masked or clipped, and sum over steps', async () => {
    const { remembered, seen } = await train(
      model,
      {
        inputs: { x: [5, 3] },
        gradients: 'dense',
        clip: { norm: 1e-3 },
        scores: [{ score: movement, weights: ['kernel', 'out'] }],
      },
      batch,
      4,
    );
    for (const name of ['kernel', 'out']) {
      let sum = new Array<number>(name === 'kernel' ? 12 : 8).fill(0);
      for (const { weights, gradients } of seen) {
        sum = sum.map((value, i) =>
          Math.fround(value - Math.fround(weights.get(name)![i]! * gradients.get(name)![i]!)),
        );
      }
      expect(remembered.get(`${name}/0/sum`)!.data).toEqual(sum);
      expect(sum.some((value) => value !== 0)).toBe(true);
    }
  });

  it('see what comes into a layer and goes out of it, whichever way its kernel lies', async () => {
    const names = ['kernel', 'out'];
    const { remembered } = await train(
      model,
      {
        inputs: { x: [5, 3] },
        scores: (['inputSquare', 'inputMagnitude', 'outputMagnitude'] as const).map((signal) => ({
          score: last(signal),
          weights: names,
        })),
      },
      batch,
    );
    const { kernel, bias, out, outBias } = model.tensors;
    const rows = [0, 1, 2, 3, 4];
    const hidden = rows.map((row) =>
      [0, 1, 2, 3].map((unit) =>
        Math.max(
          0,
          bias.data[unit]! +
            [0, 1, 2].reduce((sum, i) => sum + x.data[row * 3 + i]! * kernel.data[i * 4 + unit]!, 0),
        ),
      ),
    );
    const given = hidden.map((values) =>
      [0, 1].map(
        (unit) => outBias.data[unit]! + values.reduce((sum, h, i) => sum + h * out.data[unit * 4 + i]!, 0),
      ),
    );
    const inputs = (i: number) => rows.map((row) => x.data[row * 3 + i]!);
    close(
      remembered.get('kernel/0/seen')!,
      [3, 1],
      means(3, (i) => inputs(i).map((value) => value ** 2)),
    );
    close(
      remembered.get('kernel/1/seen')!,
      [3, 1],
      means(3, (i) => inputs(i).map(Math.abs)),
    );
    close(
      remembered.get('kernel/2/seen')!,
      [1, 4],
      means(4, (i) => hidden.map((values) => values[i]!)),
    );
    close(
      remembered.get('out/0/seen')!,
      [1, 4],
      means(4, (i) => hidden.map((values) => values[i]! ** 2)),
    );
    close(
      remembered.get('out/1/seen')!,
      [1, 4],
      means(4, (i) => hidden.map((values) => values[i]!)),
    );
    close(
      remembered.get('out/2/seen')!,
      [2, 1],
      means(2, (i) => given.map((values) => Math.abs(values[i]!))),
    );
  });

  it('see the inputs of each group of a convolution', async () => {
    const image = randomTensor([2, 4, 3, 3], 5);
    const { remembered } = await train(
      {
        inputs: { x: ['batch', 4, 3, 3] },
        tensors: { filters: randomTensor([6, 2, 3, 3], 6), bias: randomTensor([6], 7) },
        nodes: [
          ['Conv', ['x', 'filters', 'bias'], ['c'], { group: 2, kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
          ['Tanh', ['c'], ['y']],
        ],
        outputs: ['y'],
      },
      {
        inputs: { x: [2, 4, 3, 3] },
        scores: [
          { score: last('inputSquare'), weights: ['filters'] },
          { score: last('outputMagnitude'), weights: ['filters'] },
        ],
      },
      { x: image, 'synaprune/target/y': randomTensor([2, 6, 3, 3], 8) },
    );
    const channel = (c: number) =>
      image.data.filter((_, at) => Math.floor(at / 9) % 4 === c).map((v) => v ** 2);
    close(
      remembered.get('filters/0/seen')!,
      [6, 2, 1, 1],
      [0, 0, 0, 1, 1, 1].flatMap((group) => means(2, (c) => channel(group * 2 + c))),
    );
    expect(remembered.get('filters/1/seen')!.shape).toEqual([6, 1, 1, 1]);
  });

  it.each([
    ['forward', 1],
    ['bidirectional', 2],
  ])('see what an LSTM reads and remembers, %s', async (direction, directions) => {
    const [length, rows, features, hidden] = [3, 2, 2, 2];
    const sequence = randomTensor([length, rows, features], 5);
    const { remembered, step } = await train(
      {
        inputs: { x: [length, 'batch', features] },
        tensors: {
          w: randomTensor([directions, 4 * hidden, features], 6),
          r: randomTensor([directions, 4 * hidden, hidden], 7),
        },
        nodes: [['LSTM', ['x', 'w', 'r'], ['y'], { hidden_size: hidden, direction }]],
        outputs: ['y'],
      },
      {
        inputs: { x: [length, rows, features] },
        scores: (['inputMagnitude', 'outputMagnitude'] as const).map((signal) => ({
          score: last(signal),
          weights: ['w', 'r'],
        })),
      },
      { x: sequence, 'synaprune/target/y': randomTensor([length, directions, rows, hidden], 8) },
    );
    close(
      remembered.get('w/0/seen')!,
      [1, 1, features],
      means(features, (i) => sequence.data.filter((_, at) => at % features === i).map(Math.abs)),
    );
    // What the model gives before the step: [length, directions, batch, hidden].
    const given = await outputsOf(step, sequence);
    const stateOf = (at: number, way: number, row: number, unit: number) =>
      Math.abs(given[((at * directions + way) * rows + row) * hidden + unit]!);
    const over = (times: readonly number[], way: number, unit: number) =>
      times.flatMap((at) => [0, 1].map((row) => (at < 0 || at >= length ? 0 : stateOf(at, way, row, unit))));
    const cells = Array.from({ length: directions * hidden }, (_, i) => [Math.floor(i / hidden), i % hidden]);
    close(
      remembered.get('r/0/seen')!,
      [directions, 1, hidden],
      means(cells.length, (i) => {
        const [way, unit] = cells[i] as [number, number];
        // A step reads the state that the step before it left, which backwards is that of the next element.
        return over(way === 0 ? [-1, 0, 1] : [1, 2, 3], way, unit);
      }),
    );
    for (const name of ['w', 'r']) {
      close(
        remembered.get(`${name}/1/seen`)!,
        [directions, 4 * hidden, 1],
        means(directions * 4 * hidden, (i) => over([0, 1, 2], Math.floor(i / (4 * hidden)), i % hidden)),
      );
    }
  });

  it("see the optimizer's second moment after the step, and refuse an optimizer without", async () => {
    const scores = [{ score: last('secondMoment'), weights: ['kernel'] }];
    const { remembered } = await train(model, { inputs: { x: [5, 3] }, scores }, batch, 2);
    expect(remembered.get('kernel/0/seen')).toEqual(remembered.get('kernel/v'));
    const build = () =>
      buildTrainingStep(buildModel(model), { inputs: { x: [5, 3] }, loss: 'mse', optimizer: 'sgd', scores });
    expect(failure(build)).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('"kernel"'),
    });
  });

  it.each([
    ['bias', 'Add reads it'],
    ['shared', '2 nodes read it'],
    ['table', 'Gather reads it'],
  ])('refuse what has no inputs of its own, by its name: %s', (name, why) => {
    const build = () =>
      buildTrainingStep(
        buildModel({
          inputs: { x: [2] },
          tensors: {
            table: randomTensor([8, 4], 1),
            shared: randomTensor([4, 4], 2),
            bias: randomTensor([4], 3),
          },
          nodes: [
            ['Cast', ['x'], ['i'], { to: 7 }],
            ['Gather', ['table', 'i'], ['rows']],
            ['MatMul', ['rows', 'shared'], ['a']],
            ['MatMul', ['a', 'shared'], ['b']],
            ['Add', ['b', 'bias'], ['y']],
          ],
          outputs: ['y'],
        }),
        { loss: 'mse', optimizer: 'sgd', scores: [{ score: last('inputSquare'), weights: [name] }] },
      );
    const { code, message } = failure(build);
    expect(code).toBe('unsupported');
    expect(message).toContain(JSON.stringify(name));
    expect(message).toContain(why);
  });

  it('refuse names of nothing trained, and a score that remembers other things than it says', () => {
    const build = (score: ObservedScore, weights: readonly string[]) => () =>
      buildTrainingStep(buildModel(model), {
        inputs: { x: [5, 3] },
        loss: 'mse',
        optimizer: 'sgd',
        scores: [{ score, weights }],
      });
    expect(build(movement, ['kernle'])).toThrow(RangeError);
    expect(build({ ...movement, observe: (_, { weight }) => ({ total: weight }) }, ['kernel'])).toThrow(
      'remembers "sum", and its observe gives "total"',
    );
    expect(build({ ...movement, memory: { sum: 'inputSquare' } }, ['kernel'])).toThrow(
      'remembers "sum" of "kernel"',
    );
    expect(build({ kind: 'magnitude' } as never, ['kernel'])).toThrow('scores[0].score');
  });

  it('rank by what they remember itself where that is all, else by a graph', async () => {
    const plain = buildRanking(movement, [{ shape: [3, 4], memory: { sum: [3, 4] } }]);
    expect(plain).toEqual({ model: undefined, weights: [{ memory: 'sum' }] });
    const { model: bytes, weights } = buildRanking(last('inputSquare'), [
      { shape: [2, 3], memory: { seen: [2, 1] } },
    ]);
    expect(weights).toEqual([
      {
        output: 'rank/0',
        inputs: [
          { name: 'weight/0', of: 'weight' },
          { name: 'memory/0/seen', of: { memory: 'seen' } },
        ],
      },
    ]);
    const runner = await load(bytes!);
    const result = await runner.run({
      'weight/0': { shape: [2, 3], data: [1, -2, 3, -4, 5, -6] },
      'memory/0/seen': { shape: [2, 1], data: [10, 100] },
    });
    expect(result['rank/0']).toMatchObject({ shape: [2, 3], data: [10, 20, 30, 400, 500, 600] });
    await runner.release();
  });
});
