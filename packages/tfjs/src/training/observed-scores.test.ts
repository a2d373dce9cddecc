import {
  activityScore,
  fisherScore,
  gradientScore,
  linearRamp,
  movementScore,
  type ObservedScore,
  observedScore,
  saliencyScore,
  snipScore,
  unpackMemory,
  wandaScore,
} from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { type PruneModelOptions, pruneModel } from '../index.js';
import { tensorOf } from '../testing/models.js';
import { BACKENDS, growth, useBackend } from '../testing/use-backend.js';
import { createPair } from '../testing/use-pair.js';

const schedule = linearRamp({ from: 0, to: 0.5, start: 0, end: 2 });
const prune = (model: tf.LayersModel, score: ObservedScore, more: Partial<PruneModelOptions> = {}) =>
  pruneModel(model, { schedule, score, print: false, ...more });

/** One layer of two inputs and three units, ReLU behind it, and two steps of gradient descent on it, by hand. */
const batches = [
  {
    x: [
      [1, 2],
      [-1, 0.5],
    ],
    y: [
      [0, 1, 0],
      [1, 0, 2],
    ],
  },
  {
    x: [
      [0.5, -1],
      [2, 4],
    ],
    y: [
      [1, 1, 1],
      [0, -1, 0.5],
    ],
  },
];
const startKernel = [
  [0.5, -1, 2],
  [1, 0.25, -0.5],
];
const startBias = [0.125, 0, -0.25];
const RATE = 0.125;

interface ByHand {
  readonly before: number[];
  readonly gradient: number[];
  readonly inputSquare: number[];
  readonly inputMagnitude: number[];
  readonly outputMagnitude: number[];
}

/** In float64, with plain loops; loss: mean over samples and units of (relu(xW + b) − y)². */
function byHand(): { readonly steps: readonly ByHand[]; readonly after: number[] } {
  const kernel = startKernel.map((row) => [...row]);
  const bias = [...startBias];
  const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
  const steps = batches.map(({ x, y }): ByHand => {
    const before = kernel.flat();
    const sums = x.map((sample) =>
      bias.map((b, unit) => b + sample[0]! * kernel[0]![unit]! + sample[1]! * kernel[1]![unit]!),
    );
    const outputs = sums.map((row) => row.map((sum) => Math.max(0, sum)));
    const errors = outputs.map((row, i) =>
      row.map((output, unit) => (sums[i]![unit]! > 0 ? (2 * (output - y[i]![unit]!)) / 6 : 0)),
    );
    const gradient = [0, 1].map((input) =>
      [0, 1, 2].map((unit) => errors.reduce((sum, row, i) => sum + x[i]![input]! * row[unit]!, 0)),
    );
    for (const unit of [0, 1, 2]) {
      for (const input of [0, 1]) kernel[input]![unit]! -= RATE * gradient[input]![unit]!;
      bias[unit]! -= RATE * errors.reduce((sum, row) => sum + row[unit]!, 0);
    }
    return {
      before,
      gradient: gradient.flat(),
      inputSquare: [0, 1].map((input) => mean(x.map((sample) => sample[input]! ** 2))),
      inputMagnitude: [0, 1].map((input) => mean(x.map((sample) => Math.abs(sample[input]!)))),
      outputMagnitude: [0, 1, 2].map((unit) => mean(outputs.map((row) => row[unit]!))),
    };
  });
  return { steps, after: kernel.flat() };
}

const { steps: hand } = byHand();
const [first, second] = hand as [ByHand, ByHand];
const each = (of: (i: number) => number) => [0, 1, 2, 3, 4, 5].map(of);

/** Each score with what it remembers after both steps. */
const REMEMBERED: readonly (readonly [string, ObservedScore, readonly number[], readonly number[]])[] = [
  [
    'movement',
    movementScore(),
    [2, 3],
    each((i) => -first.before[i]! * first.gradient[i]! - second.before[i]! * second.gradient[i]!),
  ],
  [
    'SNIP',
    snipScore(),
    [2, 3],
    each((i) => first.before[i]! * first.gradient[i]! + second.before[i]! * second.gradient[i]!),
  ],
  ['saliency', saliencyScore(), [2, 3], each((i) => second.before[i]! * second.gradient[i]!)],
  ['gradient', gradientScore(), [2, 3], second.gradient],
  ['Fisher', fisherScore(), [2, 3], each((i) => first.gradient[i]! ** 2 + second.gradient[i]! ** 2)],
  ['Wanda', wandaScore(), [2, 1], first.inputSquare.map((one, i) => one + second.inputSquare[i]!)],
  [
    'activity',
    activityScore({ decay: 0.5 }),
    [2, 1],
    first.inputMagnitude.map((one, i) => one / 4 + second.inputMagnitude[i]! / 2),
  ],
  [
    'activity of units',
    activityScore({ decay: 0.5, of: 'unit' }),
    [1, 3],
    first.outputMagnitude.map((one, i) => one / 4 + second.outputMagnitude[i]! / 2),
  ],
];

function createTiny(): tf.LayersModel {
  const model = tf.sequential({
    layers: [tf.layers.dense({ name: 'tiny', units: 3, inputShape: [2], activation: 'relu' })],
  });
  tf.tidy(() => model.setWeights([tf.tensor2d(startKernel), tf.tensor1d(startBias)]));
  model.compile({ optimizer: tf.train.sgd(RATE), loss: 'meanSquaredError' });
  return model;
}

async function trainTiny(model: tf.LayersModel): Promise<void> {
  for (const { x, y } of batches) {
    const [inputs, targets] = [tf.tensor2d(x), tf.tensor2d(y)];
    await model.trainOnBatch(inputs, targets);
    tf.dispose([inputs, targets]);
  }
}

describe.each(BACKENDS)('a score that looks at training on %s', (backend) => {
  it.each(REMEMBERED)('remembers what a hand reckons: %s', async (_, score, shape, expected) => {
    await useBackend(backend);
    const model = createTiny();
    const pruning = prune(model, score);
    await pruning.pruner.update(0);
    await trainTiny(model);
    const [memory] = unpackMemory((await pruning.save()).state.remembered!.score!, 1);
    expect(memory!.shape).toEqual(shape);
    expect(memory!.values).toHaveLength(expected.length);
    for (const [i, value] of memory!.values.entries()) {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[i]!)));
    }
    pruning.dispose();
    model.dispose();
  });

  it('takes no tensor along that it does not give back', async () => {
    await useBackend(backend);
    const model = createPair();
    model.compile({ optimizer: tf.train.adam(0.02, 0.9, 0.999, 1e-7), loss: 'meanSquaredError' });
    const x = tensorOf(101, [32, 10]);
    await model.trainOnBatch(x, x);
    const all = observedScore({
      name: 'all',
      needs: ['weight', 'gradient', 'secondMoment', 'inputSquare', 'inputMagnitude', 'outputMagnitude'],
      memory: { a: 'gradient', b: 'inputSquare', c: 'secondMoment' },
      observe: (
        { add, multiply },
        { weight, gradient, secondMoment, inputSquare, inputMagnitude, outputMagnitude },
        { a },
      ) => ({
        a: add(a!, multiply(weight, multiply(gradient, outputMagnitude))),
        b: add(inputSquare, inputMagnitude),
        c: secondMoment,
      }),
      rank: ({ add }, weight, { a, b, c }) => add(add(weight, a!), add(b!, c!)),
    });
    const grown = await growth(async () => {
      const pruning = prune(model, all, { regrow: { by: gradientScore(), fraction: 0.1 } });
      await model.fit(x, x, { epochs: 3, verbose: 0, validationData: [x, x], callbacks: pruning.callback });
      const progress = await pruning.save();
      await pruning.restore(progress);
      const inFit = await growth(async () => {
        await model.trainOnBatch(x, x);
        await pruning.pruner.update(3);
      });
      expect(inFit).toEqual({ tensors: 0, bytes: 0 });
      expect((await pruning.pruner.report()).total.dropped).toBe(100);
      pruning.dispose();
      await model.trainOnBatch(x, x);
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    model.dispose();
    x.dispose();
  });
});
