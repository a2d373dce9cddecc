import {
  activityScore,
  constantSparsity,
  fisherScore,
  movementScore,
  type ObservedScore,
  observedScore,
  type Signal,
  unpackMemory,
  wandaScore,
} from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PruneModelOptions, pruneModel, registerWasmTrainingKernels } from '../../index.js';
import { tensorOf } from '../../testing/models.js';
import { growth, useBackend } from '../../testing/use-backend.js';

const { layers: L } = tf;

/** A score that remembers a signal of the last step as it came. */
const last = (signal: Signal): ObservedScore =>
  observedScore({
    name: `last ${signal}`,
    needs: [signal],
    memory: { signal },
    observe: (_, signals) => ({ signal: signals[signal] }),
    rank: (_, __, { signal: own }) => own!,
  });

async function shown(
  model: tf.LayersModel,
  signal: Signal,
  x: tf.Tensor,
  options: Partial<PruneModelOptions> = {},
) {
  const y = tf.tidy(() => tf.onesLike(model.predict(x) as tf.Tensor));
  model.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError' });
  const pruning = pruneModel(model, {
    schedule: constantSparsity(0),
    score: last(signal),
    print: false,
    ...options,
  });
  await pruning.pruner.update(0);
  await model.trainOnBatch(x, y);
  const { remembered, weights } = (await pruning.save()).state;
  const memories = unpackMemory(remembered!.score!, weights.length);
  pruning.dispose();
  y.dispose();
  return new Map(weights.map(({ name }, i) => [name, memories[i]!]));
}

/** Mean over everything but one axis, in float64 and by plain loops. */
async function meansOf(tensor: tf.Tensor, axis: number, of: (value: number) => number): Promise<number[]> {
  const values = await tensor.data();
  const edge = tensor.shape[axis]!;
  const stride = tensor.shape.slice(axis + 1).reduce((product, one) => product * one, 1);
  const sums = new Array<number>(edge).fill(0);
  for (const [i, value] of values.entries()) sums[Math.floor(i / stride) % edge]! += of(value);
  return sums.map((sum) => sum / (tensor.size / edge));
}

function expectClose(values: Float32Array, expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
}

const square = (value: number) => value * value;

type Case = readonly [string, () => tf.layers.Layer, number[], number[], number[], 'first' | 'last'];

/** Layers with what they take, and the shapes in which their inputs and outputs are seen. */
const CASES: readonly Case[] = [
  [
    'a dense layer',
    () => L.dense({ units: 5, activation: 'tanh', inputShape: [4] }),
    [6, 4],
    [4, 1],
    [1, 5],
    'last',
  ],
  [
    'a dense layer of sequences',
    () => L.dense({ units: 5, inputShape: [3, 4] }),
    [6, 3, 4],
    [4, 1],
    [1, 5],
    'last',
  ],
  [
    'conv1d',
    () => L.conv1d({ filters: 5, kernelSize: 2, inputShape: [7, 3] }),
    [4, 7, 3],
    [1, 3, 1],
    [1, 1, 5],
    'last',
  ],
  [
    'conv2d',
    () => L.conv2d({ filters: 5, kernelSize: 2, activation: 'relu', inputShape: [5, 4, 3] }),
    [4, 5, 4, 3],
    [1, 1, 3, 1],
    [1, 1, 1, 5],
    'last',
  ],
  [
    'conv2d, channels first',
    () => L.conv2d({ filters: 5, kernelSize: 2, dataFormat: 'channelsFirst', inputShape: [3, 5, 4] }),
    [4, 3, 5, 4],
    [1, 1, 3, 1],
    [1, 1, 1, 5],
    'first',
  ],
  [
    'conv2dTranspose',
    () => L.conv2dTranspose({ filters: 5, kernelSize: 2, inputShape: [5, 4, 3] }),
    [4, 5, 4, 3],
    [1, 1, 1, 3],
    [1, 1, 5, 1],
    'last',
  ],
  [
    'depthwiseConv2d',
    () => L.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2, inputShape: [5, 4, 3] }),
    [4, 5, 4, 3],
    [1, 1, 3, 1],
    [1, 1, 3, 2],
    'last',
  ],
];

describe('what passes through', () => {
  beforeAll(async () => {
    await useBackend('wasm');
    registerWasmTrainingKernels();
  });

  it.each(CASES)('%s', async (_, create, input, inputs, outputs, axis) => {
    const model = tf.sequential({ layers: [create()] });
    const x = tensorOf(7, input);
    const y = model.predict(x) as tf.Tensor;
    const at = (tensor: tf.Tensor) => (axis === 'last' ? tensor.rank - 1 : 1);
    for (const [signal, seen, shape, of] of [
      ['inputSquare', x, inputs, square],
      ['inputMagnitude', x, inputs, Math.abs],
      ['outputMagnitude', y, outputs, Math.abs],
    ] as const) {
      const [memory] = (await shown(model, signal, x)).values();
      expect(memory!.shape).toEqual(shape);
      expectClose(memory!.values, await meansOf(seen, at(seen), of));
    }
    tf.dispose([x, y]);
    model.dispose();
  });

  it('a separable layer: its inputs at the first half, its outputs at the second', async () => {
    const model = tf.sequential({
      layers: [L.separableConv2d({ name: 'separable', filters: 5, kernelSize: 2, inputShape: [5, 4, 3] })],
    });
    const x = tensorOf(7, [4, 5, 4, 3]);
    const first = await shown(model, 'inputSquare', x, { select: /depthwise/ });
    expectClose(first.get('separable/depthwise_kernel')!.values, await meansOf(x, 3, square));
    const y = model.predict(x) as tf.Tensor;
    const second = await shown(model, 'outputMagnitude', x, { select: /pointwise/ });
    expectClose(second.get('separable/pointwise_kernel')!.values, await meansOf(y, 3, Math.abs));
    tf.dispose([x, y]);
    model.dispose();
  });

  it('a layer that is called twice, and one of every step of a sequence: all calls together', async () => {
    const dense = L.dense({ name: 'shared', units: 4 });
    const input = tf.input({ shape: [3, 4] });
    const each = L.timeDistributed({ layer: L.dense({ name: 'each', units: 4, useBias: false }) }).apply(
      input,
    ) as tf.SymbolicTensor;
    const once = dense.apply(each) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: dense.apply(once) as tf.SymbolicTensor });
    const x = tensorOf(7, [5, 3, 4]);
    const seen = await shown(model, 'inputSquare', x);
    expectClose([...seen].find(([name]) => name !== 'shared/kernel')![1].values, await meansOf(x, 2, square));
    const [a, b] = tf.model({ inputs: input, outputs: [each, once] }).predict(x) as tf.Tensor[] as [
      tf.Tensor,
      tf.Tensor,
    ];
    const [first, second] = [await meansOf(a, 2, square), await meansOf(b, 2, square)];
    expectClose(
      seen.get('shared/kernel')!.values,
      first.map((one, i) => (one + second[i]!) / 2),
    );
    tf.dispose([x, a, b]);
  });

  it.each([
    ['SimpleRNN', L.simpleRNN, 1],
    ['GRU', L.gru, 3],
    ['LSTM', L.lstm, 4],
  ] as const)(
    '%s: inputs, the states before each step, and the states after it',
    async (_, create, gates) => {
      const [steps, units] = [4, 3];
      const model = tf.sequential({
        layers: [
          create({ name: 'cells', units, inputShape: [steps, 2], returnSequences: true } as Parameters<
            typeof L.simpleRNN
          >[0]),
        ],
      });
      const x = tensorOf(7, [5, steps, 2]);
      const after = model.predict(x) as tf.Tensor3D;
      const before = tf.concat([tf.zeros([5, 1, units]), tf.slice(after, 0, [5, steps - 1, units])], 1);
      const find = (seen: Awaited<ReturnType<typeof shown>>, role: string) =>
        [...seen].find(([name]) => name.endsWith(`/${role}`))![1];
      for (const [signal, of] of [
        ['inputSquare', square],
        ['inputMagnitude', Math.abs],
      ] as const) {
        const seen = await shown(model, signal, x);
        expect(find(seen, 'kernel').shape).toEqual([2, 1]);
        expectClose(find(seen, 'kernel').values, await meansOf(x, 2, of));
        expect(find(seen, 'recurrent_kernel').shape).toEqual([units, 1]);
        expectClose(find(seen, 'recurrent_kernel').values, await meansOf(before, 2, of));
      }
      const given = await shown(model, 'outputMagnitude', x);
      const each = await meansOf(after, 2, Math.abs);
      for (const role of ['kernel', 'recurrent_kernel']) {
        expect(find(given, role).shape).toEqual([1, gates * units]);
        expectClose(find(given, role).values, Array.from({ length: gates }, () => each).flat());
      }
      tf.dispose([x, after, before]);
      model.dispose();
    },
  );

  it('both directions of a recurrent layer, and cells one upon the other, each by itself', async () => {
    const cells = [L.lstmCell({ units: 3 }), L.gruCell({ units: 2 })];
    const model = tf.sequential({
      layers: [
        L.bidirectional({
          layer: L.gru({ units: 3, returnSequences: true }) as tf.RNN,
          mergeMode: 'concat',
          inputShape: [4, 2],
        }),
        L.rnn({ cell: cells, returnSequences: true }),
      ],
    });
    const x = tensorOf(7, [5, 4, 2]);
    const seen = [...(await shown(model, 'inputMagnitude', x))];
    const ahead = tf
      .model({ inputs: model.inputs, outputs: model.layers[0]!.output })
      .predict(x) as tf.Tensor;
    const given = await meansOf(ahead, 2, Math.abs);
    expectClose(seen[0]![1].values, await meansOf(x, 2, Math.abs));
    expectClose(seen[2]![1].values, await meansOf(x, 2, Math.abs));
    expect(seen[1]![1].values).not.toEqual(seen[3]![1].values);
    expectClose(seen[4]![1].values, given);
    expect(seen.map(([, { shape }]) => shape[0])).toEqual([2, 3, 2, 3, 6, 3, 3, 2]);
    tf.dispose([x, ahead]);
    model.dispose();
  });

  it('of steps alone: neither predictions nor validation count, and nothing is left of them', async () => {
    const model = tf.sequential({ layers: [L.dense({ units: 5, inputShape: [4] })] });
    model.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError' });
    const [x, y, other] = [tensorOf(7, [6, 4]), tensorOf(8, [6, 5]), tensorOf(9, [6, 4])];
    const pruning = pruneModel(model, {
      schedule: constantSparsity(0),
      score: last('inputSquare'),
      print: false,
    });
    const grown = await growth(async () => {
      await model.fit(x, y, {
        epochs: 2,
        batchSize: 6,
        verbose: 0,
        validationData: [other, y],
        callbacks: pruning.callback,
      });
      tf.dispose(model.predict(other));
      const [memory] = unpackMemory((await pruning.save()).state.remembered!.score!, 1);
      expectClose(memory!.values, await meansOf(x, 1, square));
      await pruning.restore({ ...(await pruning.save()) });
    });
    expect(grown.tensors).toBe(1);
    pruning.dispose();
    tf.dispose([x, y, other]);
    model.dispose();
  });
});

describe('signals that cannot be had', () => {
  beforeAll(() => useBackend('cpu'));
  const schedule = constantSparsity(0);

  const createRecurrent = (): tf.LayersModel => {
    const model = tf.sequential({
      layers: [
        L.lstm({ name: 'lstm', units: 3, inputShape: [4, 2], recurrentInitializer: 'zeros' }),
        L.dense({ name: 'out', units: 2 }),
      ],
    });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    return model;
  };

  it.each([
    [wandaScore(), 'inputSquare'],
    [activityScore(), 'inputMagnitude'],
    [activityScore({ of: 'unit' }), 'outputMagnitude'],
  ])('name the kernels: %#', async (score, signal) => {
    const model = tf.sequential({
      layers: [
        L.convLstm2d({ name: 'lstm', filters: 3, kernelSize: 2, inputShape: [4, 5, 5, 2] }),
        L.flatten(),
        L.dense({ name: 'out', units: 2 }),
      ],
    });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const grown = await growth(async () => {
      expect(() => pruneModel(model, { schedule, score, print: false })).toThrow(
        expect.objectContaining({
          code: 'unsupported',
          message: expect.stringMatching(
            new RegExp(`needs ${signal}, and "lstm/kernel", "lstm/recurrent_kernel" are no kernels`),
          ),
        }),
      );
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    // And nothing is left of the attempt: neither a claim nor a patch.
    const pruning = pruneModel(model, { schedule, score, print: false, select: 'out/kernel' });
    pruning.dispose();
    model.dispose();
  });

  it('gradients are had of recurrent kernels, too', async () => {
    const model = createRecurrent();
    const pruning = pruneModel(model, { schedule, score: movementScore(), print: false });
    const [x, y] = [tensorOf(1, [4, 4, 2]), tensorOf(2, [4, 2])];
    await pruning.pruner.update(0);
    await model.trainOnBatch(x, y);
    const memories = unpackMemory((await pruning.save()).state.remembered!.score!, 3);
    expect(memories.map(({ shape }) => shape)).toEqual([
      [2, 12],
      [3, 12],
      [3, 2],
    ]);
    pruning.dispose();
    tf.dispose([x, y]);
    model.dispose();
  });

  it('second moments, of an optimizer that keeps none', () => {
    const model = createRecurrent();
    const score = fisherScore({ of: 'secondMoment' });
    expect(() => pruneModel(model, { schedule, score, print: false })).toThrow(
      /SGD keeps none: take adam or rmsprop/,
    );
    model.dispose();
  });
});
