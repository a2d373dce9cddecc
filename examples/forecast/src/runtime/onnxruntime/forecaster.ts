import { createPruner } from '@synaprune/core';
import { recurrentModel } from '@synaprune/examples-kit/models/recurrent';
import { gatherNotices } from '@synaprune/examples-kit/notices';
import { createTrainer, type OnnxRuntime, type TrainerState } from '@synaprune/onnxruntime';
import { batchesOf } from '../batches.js';
import { dropoutNoise } from '../dropout-noise.js';
import { keptOf } from '../packed-mask.js';
import type { Forecaster, ForecasterPlan, KernelState } from '../runtime.js';
import { keptAsKeras, toOnnx } from './gate-order.js';

/** Windows forecast in one call; bounds memory. */
const PREDICT_BATCH = 1024;

/** A forecaster on ONNX Runtime: LSTM → (dropout) → one linear unit, with the plan's weights. */
export async function createOnnxForecaster(ort: OnnxRuntime, plan: ForecasterPlan): Promise<Forecaster> {
  const { length, features, hidden, dropout, schedule } = plan;
  const noisy = dropout > 0;
  const shape = { layer: 'LSTM', length, features, hidden } as const;
  const model = recurrentModel({ ...shape, noise: noisy, weights: toOnnx(plan.weights, features, hidden) });
  const trainer = await createTrainer({
    ort,
    model: model.bytes,
    loss: 'mse',
    // As tfjs has it, so that both runtimes take the same steps.
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    learningRate: plan.learningRate,
    masked: model.kernels,
    // Trainings, not threads, share the cores; a thread more would only wait.
    sessionOptions: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
  const pruner =
    schedule === null
      ? null
      : createPruner({
          backend: trainer.backend,
          weights: model.kernels.map((name) => trainer.weights.find((weight) => weight.name === name)!),
          schedule,
        });
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

  return {
    fit: async ({ epochs, order, onEpochEnd, ...windows }) => {
      for (let epoch = 0; epoch < epochs; epoch += 1) {
        if (pruner !== null) gathered.add((await pruner.update(epoch)).notices);
        let [sum, seen] = [0, 0];
        for (const { count, inputs, targets } of batchesOf(windows, order(epoch), window)) {
          const { loss } = await trainer.step({
            inputs: inputsOf(inputs, count, true),
            targets: { forecast: { data: targets, dims: [count, 1] } },
          });
          sum += loss * count;
          seen += count;
        }
        if (!(await onEpochEnd(epoch, sum / seen))) return;
      }
    },

    predict: async (inputs, { dropout: active } = { dropout: false }) => {
      const total = inputs.length / window;
      const forecasts = new Float32Array(total);
      for (let from = 0; from < total; from += PREDICT_BATCH) {
        const to = Math.min(total, from + PREDICT_BATCH);
        const part = inputs.subarray(from * window, to * window);
        const { forecast } = await trainer.predict(inputsOf(part, to - from, active));
        forecasts.set(forecast!.data as Float32Array, from);
      }
      return forecasts;
    },

    kernels: async () => {
      const masks = (await pruner?.save()) ?? null;
      const [input, recurrent, head] = model.kernels;
      // Shown as Keras lays them out: gates side by side, a row for each input.
      const gated = (name: string, shown: string, rows: number): KernelState => ({
        name: shown,
        shape: [rows, 4 * hidden],
        kept: keptAsKeras(keptOf(masks, name, rows * 4 * hidden), rows, hidden),
      });
      return [
        gated(input, 'lstm/kernel', features),
        gated(recurrent, 'lstm/recurrent_kernel', hidden),
        { name: 'dense/kernel', shape: [hidden, 1], kept: keptOf(masks, head, hidden) },
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

    save: async () => {
      const values = await trainer.read();
      const [input, recurrent, head] = model.kernels.map((name) => values.get(name)!);
      const [bias, headBias] = model.biases.map((name) => values.get(name)!);
      // Without the input that dropout came in by.
      const bare = recurrentModel({
        ...shape,
        noise: false,
        weights: {
          input: input!,
          recurrent: recurrent!,
          bias: bias!,
          head: head!,
          headBias: headBias!,
        },
      });
      return [{ name: 'model.onnx', bytes: bare.bytes }];
    },

    dispose: async () => {
      pruner?.dispose();
      await trainer.dispose();
    },
  };
}
