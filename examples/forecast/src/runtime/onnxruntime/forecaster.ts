import { createPruner, type Pruner, type RecipeOptions } from '@synaprune/core';
import {
  type RecurrentModel,
  type RecurrentWeights,
  recurrentModel,
} from '@synaprune/examples-kit/models/recurrent';
import { gatherNotices } from '@synaprune/examples-kit/notices';
import { createTrainer, type OnnxRuntime, type Trainer, type TrainerState } from '@synaprune/onnxruntime';
import { batchesOf } from '../batches.js';
import { dropoutNoise } from '../dropout-noise.js';
import { forecastInParts } from '../in-parts.js';
import { keptOf } from '../kept-of.js';
import { type Forecaster, type ForecasterPlan, KERNEL_NAMES, type KernelState } from '../runtime.js';
import { keptAsKeras, toKeras, toOnnx } from './gate-order.js';

/** A forecaster on ONNX Runtime: LSTM → (dropout) → one linear unit, with the plan's weights. */
export async function createOnnxForecaster(ort: OnnxRuntime, plan: ForecasterPlan): Promise<Forecaster> {
  const { length, features, hidden, dropout, pruning } = plan;
  const noisy = dropout > 0;
  const shape = { layer: 'LSTM', length, features, hidden } as const;
  const model = recurrentModel({ ...shape, noise: noisy, weights: toOnnx(plan.weights, features, hidden) });
  const trainer = await createTrainer({
    ort,
    model: model.bytes,
    loss: 'mse',
    // As tfjs has it, so that both runtimes take the same steps.
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    masked: model.kernels,
    // Trainings, not threads, share the cores; a thread more would only wait.
    sessionOptions: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
  const pruner = pruning === null ? null : prune(trainer, model, pruning);
  const window = length * features;
  const draw = dropoutNoise(dropout, plan.seed);
  const inputsOf = (windows: Float32Array, count: number, active: boolean) => ({
    window: { data: windows, dims: [count, length, features] },
    ...(noisy
      ? {
          noise: {
            data: active ? draw(count * hidden) : new Float32Array(count * hidden).fill(1),
            dims: [count, hidden],
          },
        }
      : {}),
  });
  const gathered = gatherNotices();
  gathered.add(trainer.notices);
  let remembered: TrainerState | null = null;
  const read = async (): Promise<RecurrentWeights> => {
    const values = await trainer.read();
    const [input, recurrent, head] = model.kernels.map((name) => values.get(name)!);
    const [bias, headBias] = model.biases.map((name) => values.get(name)!);
    return { input: input!, recurrent: recurrent!, bias: bias!, head: head!, headBias: headBias! };
  };

  return {
    fit: async ({ epochs, order, learningRate: rateOf, stopped, onEpochEnd, ...windows }) => {
      for (let epoch = 0; epoch < epochs; epoch += 1) {
        if (pruner !== null) gathered.add((await pruner.update(epoch)).notices);
        const learningRate = rateOf(epoch);
        let [sum, seen] = [0, 0];
        for (const { count, inputs, targets } of batchesOf(windows, order(epoch), window)) {
          // Native code that is cut short in the middle of a step takes the whole process with it.
          if (stopped()) throw new Error('stopped before its end');
          const { loss } = await trainer.step({
            inputs: inputsOf(inputs, count, true),
            learningRate,
            targets: { forecast: { data: targets, dims: [count, 1] } },
          });
          sum += loss * count;
          seen += count;
        }
        if (!(await onEpochEnd(epoch, sum / seen))) return;
      }
    },

    predict: (inputs, { dropout: active } = { dropout: false }) =>
      forecastInParts(inputs, window, async (part, count) => {
        const { forecast } = await trainer.predict(inputsOf(part, count, active));
        return forecast!.data as Float32Array;
      }),

    kernels: async () => {
      const masks = (await pruner?.masks()) ?? [];
      const [input, recurrent, head] = KERNEL_NAMES;
      // Shown as Keras lays them out: gates side by side, a row for each input.
      const gated = (name: string, rows: number): KernelState => ({
        name,
        shape: [rows, 4 * hidden],
        kept: keptAsKeras(keptOf(masks, name, rows * 4 * hidden), rows, hidden),
      });
      return [
        gated(input, features),
        gated(recurrent, hidden),
        { name: head, shape: [hidden, 1], kept: keptOf(masks, head, hidden) },
      ];
    },

    notices: async () => {
      if (pruner !== null) gathered.add((await pruner.report()).notices);
      return gathered.all();
    },

    remember: async () => {
      remembered = await trainer.save(pruner === null ? {} : { pruner });
    },

    recall: async () => {
      if (remembered === null) throw new Error('recall needs an earlier remember');
      await trainer.restore(remembered, pruner === null ? {} : { pruner });
    },

    weights: async () => toKeras(await read(), features, hidden),

    save: async () => {
      // Without the input that dropout came in by.
      const bare = recurrentModel({ ...shape, noise: false, weights: await read() });
      return [{ name: 'model.onnx', bytes: bare.bytes }];
    },

    dispose: async () => {
      pruner?.dispose();
      await trainer.dispose();
    },
  };
}

/** Prunes the kernels, in the model's order, by the names that recipes have for them. Updates are the caller's. */
function prune(
  { backend, weights }: Trainer,
  { kernels }: RecurrentModel,
  { every: _, ...options }: RecipeOptions,
): Pruner {
  const kernel = (name: string) => weights.find((weight) => weight.name === name)!.weight;
  return createPruner({
    backend,
    weights: KERNEL_NAMES.map((name, i) => ({ name, weight: kernel(kernels[i]!) })),
    ...options,
  });
}
