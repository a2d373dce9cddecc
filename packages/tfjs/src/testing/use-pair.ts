import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach } from 'vitest';
import { linearRamp, type ModelPruning, type PruneModelOptions, pruneModel } from '../index.js';
import { quiet, tensorOf } from './models.js';
import { useBackend } from './use-backend.js';

/** Two dense layers of 100 prunable elements each, the same every time. */
export function createPair(): tf.Sequential {
  const pair = tf.sequential({
    layers: [
      tf.layers.dense({ name: 'base', units: 10, inputShape: [10] }),
      tf.layers.dense({ name: 'head', units: 10 }),
    ],
  });
  tf.tidy(() => pair.setWeights(pair.getWeights().map(({ shape }, i) => tensorOf(i + 1, shape))));
  return pair;
}

/** A pair of layers for each test of a file, on wasm unless `setUp` says otherwise, and the pruning that came last. */
export function usePair() {
  const trial = {
    model: undefined as unknown as tf.Sequential,
    x: undefined as unknown as tf.Tensor,
    pruning: undefined as unknown as ModelPruning,
    setUp(): void {
      trial.model = createPair();
      trial.x = tensorOf(101, [32, 10]);
    },
    compile: (optimizer: tf.Optimizer | string = 'sgd') =>
      trial.model.compile({ optimizer, loss: 'meanSquaredError' }),
    prune(options: Partial<PruneModelOptions> = {}): ModelPruning {
      printed = [];
      trial.pruning = pruneModel(trial.model, {
        schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 9 }),
        print: (text) => void (text.startsWith('pruning ') || printed.push(text)),
        ...options,
      });
      return trial.pruning;
    },
    train: (epochs: number) =>
      trial.model.fit(trial.x, trial.x, { ...quiet, epochs, callbacks: trial.pruning.callback }),
    // By name, because tfjs lists what is frozen after everything else.
    async valuesOf(name: string): Promise<number[]> {
      return [...(await trial.model.getLayer(name).weights[0]!.read().data())];
    },
    zeros: (): Promise<number[]> =>
      Promise.all(
        trial.model.layers.map(async ({ name }) => {
          return (await trial.valuesOf(name)).filter((value) => value === 0).length;
        }),
      ),
    /** What was printed since the last `prune`. */
    told: () => printed.filter((text) => !text.startsWith('schedule-unfinished')),
    reported: async () => (await trial.pruning.pruner.report()).notices.map(({ code }) => code),
    freeze(name: string, frozen: boolean): void {
      trial.model.getLayer(name).trainable = !frozen;
    },
  };
  let printed: string[];

  beforeEach(async () => {
    await useBackend('wasm');
    trial.setUp();
  });
  afterEach(() => {
    trial.pruning.dispose();
    trial.model.optimizer.dispose();
    trial.model.dispose();
    trial.x.dispose();
  });
  return trial;
}
