import { findKernels, type PrunerState, pruneModel } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Batch, batchesOf } from '../batches.js';
import { forecastInParts } from '../in-parts.js';
import { keptOf } from '../kept-of.js';
import type { Forecaster, ForecasterPlan, KernelState } from '../runtime.js';
import { buildModel } from './model.js';
import { saveModel } from './save-model.js';

/** A forecaster on the current tfjs backend. */
export async function createTfjsForecaster(plan: ForecasterPlan): Promise<Forecaster> {
  const model = buildModel(plan, { dropout: plan.dropout });
  // Epsilon is spelled out, because its default depends on the backend.
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-7);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const pruning =
    plan.pruning === null ? null : pruneModel(model, { ...plan.pruning, every: 'epoch', print: false });
  const windowShape = [plan.length, plan.features] as const;
  const window = plan.length * plan.features;
  let remembered: { readonly weights: Float32Array[]; readonly masks: PrunerState | null } | null = null;

  return {
    fit: ({ inputs, targets, batchSize, epochs, order, learningRate, onEpochEnd }) => {
      let epoch = 0;
      const batches = tf.data.generator(() =>
        tensorsOf(() => batchesOf({ inputs, targets, batchSize }, order(epoch), window), windowShape),
      );
      const own: tf.CustomCallbackArgs = {
        onEpochBegin: async (index) => {
          epoch = index;
          setLearningRate(optimizer, learningRate(index));
        },
        onEpochEnd: async (index, logs) => {
          if (!(await onEpochEnd(index, logs!.loss as number))) model.stopTraining = true;
        },
      };
      const callbacks = pruning === null ? [own] : [pruning.callback, own];
      return model.fitDataset(batches, { epochs, callbacks, verbose: 0, yieldEvery: 'never' }).then(() => {});
    },

    predict: (inputs, { dropout } = { dropout: false }) =>
      forecastInParts(inputs, window, (part, count) =>
        tf.tidy(() => {
          const x = tf.tensor3d(part, [count, ...windowShape]);
          return (model.apply(x, { training: dropout }) as tf.Tensor).dataSync();
        }),
      ),

    kernels: async () => {
      const masks = (await pruning?.masks()) ?? [];
      return findKernels(model).kernels.map(({ name, weight }): KernelState => {
        const [rows, columns] = weight.shape as [number, number];
        return { name, shape: [rows, columns], kept: keptOf(masks, name, rows * columns) };
      });
    },

    weights: async () => {
      const [kernel, recurrentKernel, bias, denseKernel, denseBias] = model
        .getWeights()
        .map((weight) => Float32Array.from(weight.dataSync()));
      return {
        kernel: kernel!,
        recurrentKernel: recurrentKernel!,
        bias: bias!,
        denseKernel: denseKernel!,
        denseBias: denseBias!,
      };
    },

    // The callback makes the updates; what they bring about still holds when it is asked.
    notices: async () => (await pruning?.pruner.report())?.notices ?? [],

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

    dispose: async () => {
      pruning?.dispose();
      model.dispose();
      optimizer.dispose();
    },
  };
}

/** Adam reads its rate at every step; only its declaration keeps the rate to itself. */
function setLearningRate(optimizer: tf.AdamOptimizer, rate: number): void {
  (optimizer as unknown as { learningRate: number }).learningRate = rate;
}

function setWeights(model: tf.LayersModel, values: readonly Float32Array[]): void {
  tf.tidy(() => {
    model.setWeights(model.getWeights().map((weight, i) => tf.tensor(values[i]!, weight.shape)));
  });
}

/** @param batches called when the first batch is asked for: tfjs makes generators before their epoch begins */
function* tensorsOf(
  batches: () => Iterable<Batch>,
  [length, features]: readonly [number, number],
): Generator<{ xs: tf.Tensor; ys: tf.Tensor }> {
  for (const { count, inputs, targets } of batches()) {
    yield { xs: tf.tensor3d(inputs, [count, length, features]), ys: tf.tensor2d(targets, [count, 1]) };
  }
}
