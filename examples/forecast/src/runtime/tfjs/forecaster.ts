import type { PrunerState } from '@synaprune/core';
import { findKernels, pruneModel } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { FitPlan, Forecaster, ForecasterPlan, KernelState } from '../runtime.js';
import { buildModel } from './model.js';
import { saveModel } from './save-model.js';

/** Windows forecast in one call; bounds memory. */
const PREDICT_BATCH = 1024;

/** A forecaster on the current tfjs backend. */
export async function createTfjsForecaster(plan: ForecasterPlan): Promise<Forecaster> {
  const model = buildModel(plan, { dropout: plan.dropout });
  // Epsilon is spelled out, because its default depends on the backend.
  const optimizer = tf.train.adam(plan.learningRate, 0.9, 0.999, 1e-7);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const pruning =
    plan.schedule === null
      ? null
      : pruneModel(model, { schedule: plan.schedule, every: 'epoch', print: false });
  const windowShape = [plan.length, plan.features] as const;
  let remembered: { readonly weights: Float32Array[]; readonly masks: PrunerState | null } | null = null;

  return {
    fit: ({ inputs, targets, batchSize, epochs, order, onEpochEnd }) => {
      let epoch = 0;
      const batches = tf.data.generator(() =>
        batchesOf({ inputs, targets, batchSize }, order(epoch), windowShape),
      );
      const own: tf.CustomCallbackArgs = {
        onEpochBegin: async (index) => {
          epoch = index;
        },
        onEpochEnd: async (index, logs) => {
          if (!(await onEpochEnd(index, logs!.loss as number))) model.stopTraining = true;
        },
      };
      const callbacks = pruning === null ? [own] : [pruning.callback, own];
      return model.fitDataset(batches, { epochs, callbacks, verbose: 0, yieldEvery: 'never' }).then(() => {});
    },

    predict: async (inputs, { dropout } = { dropout: false }) => {
      const window = plan.length * plan.features;
      const count = inputs.length / window;
      const forecasts = new Float32Array(count);
      for (let from = 0; from < count; from += PREDICT_BATCH) {
        const to = Math.min(count, from + PREDICT_BATCH);
        const values = tf.tidy(() => {
          const x = tf.tensor3d(inputs.subarray(from * window, to * window), [to - from, ...windowShape]);
          return (model.apply(x, { training: dropout }) as tf.Tensor).dataSync();
        });
        forecasts.set(values, from);
      }
      return forecasts;
    },

    kernels: async () => {
      const masks = (await pruning?.pruner.save())?.weights ?? [];
      return findKernels(model).kernels.map(({ name, weight }): KernelState => {
        const [rows, columns] = weight.shape as [number, number];
        const packed = masks.find((mask) => mask.name === name);
        const kept = new Uint8Array(rows * columns).fill(1);
        if (packed !== undefined) {
          const bits = Buffer.from(packed.mask, 'base64');
          for (let i = 0; i < kept.length; i += 1) kept[i] = (bits[i >> 3]! >> (i % 8)) & 1;
        }
        return { name, shape: [rows, columns], kept };
      });
    },

    remember: async () => {
      // The model hands out its live variables; dataSync gives a view that training would overwrite.
      const weights = model.getWeights().map((weight) => Float32Array.from(weight.dataSync()));
      remembered = { weights, masks: (await pruning?.pruner.save()) ?? null };
    },

    recall: async () => {
      if (remembered === null) throw new Error('recall needs an earlier remember');
      setWeights(model, remembered.weights);
      if (remembered.masks !== null) await pruning?.pruner.restore(remembered.masks);
    },

    save: async () => {
      const bare = buildModel(plan, { dropout: 0 });
      try {
        setWeights(
          bare,
          model.getWeights().map((weight) => Float32Array.from(weight.dataSync())),
        );
        return await saveModel(bare);
      } finally {
        bare.dispose();
      }
    },

    dispose: () => {
      pruning?.dispose();
      model.dispose();
      optimizer.dispose();
    },
  };
}

function setWeights(model: tf.LayersModel, values: readonly Float32Array[]): void {
  tf.tidy(() => {
    model.setWeights(model.getWeights().map((weight, i) => tf.tensor(values[i]!, weight.shape)));
  });
}

function* batchesOf(
  { inputs, targets, batchSize }: Pick<FitPlan, 'inputs' | 'targets' | 'batchSize'>,
  order: Int32Array,
  [length, features]: readonly [number, number],
): Generator<{ xs: tf.Tensor; ys: tf.Tensor }> {
  const window = length * features;
  for (let from = 0; from < order.length; from += batchSize) {
    const picked = order.subarray(from, from + batchSize);
    const xs = new Float32Array(picked.length * window);
    const ys = new Float32Array(picked.length);
    for (const [i, at] of picked.entries()) {
      xs.set(inputs.subarray(at * window, (at + 1) * window), i * window);
      ys[i] = targets[at]!;
    }
    yield { xs: tf.tensor3d(xs, [picked.length, length, features]), ys: tf.tensor2d(ys, [picked.length, 1]) };
  }
}
