import { constantSparsity, createPruner } from '@synaprune/core';
import { createTrainer } from '@synaprune/onnxruntime';
import type { Candidate } from '../measure.js';
import { handWrittenStep } from './hand-written.js';
import type { Network } from './networks.js';
import type { BenchRuntime } from './runtimes.js';

/** Something that trains a network, step by step, and what to do with it at the end. */
export interface TrainingCandidate {
  readonly candidate: Candidate;
  /** The loss of the last step, to see that it did learn. */
  readonly loss: () => number;
  readonly close: () => Promise<void> | void;
}

const RATE = 1e-3;

/** The trainer of this project, pruned to 80 %; of `times` batches in a step, their gradients are added up. */
export async function trainerCandidate(
  { name, ort, ...settings }: BenchRuntime,
  { model, x, xShape, y, batch: samples }: Network,
  times?: number,
): Promise<TrainingCandidate> {
  const trainer = await createTrainer({
    ort,
    ...settings,
    model,
    inputs: { x: xShape },
    loss: 'crossEntropy',
    optimizer: 'adam',
    learningRate: RATE,
  });
  const { backend, weights } = trainer;
  const pruner = createPruner({ backend, weights, schedule: constantSparsity(0.8) });
  await pruner.update(0);
  const batch = { inputs: { x: { data: x, dims: xShape } }, targets: { y } };
  const step = times === undefined ? batch : { batches: Array.from({ length: times }, () => batch) };
  const of = times === undefined ? '' : ` of ${times} batches of ${samples}`;
  let loss = Number.NaN;
  return {
    candidate: {
      name: `trainer.step${of}, ${name}`,
      run: async () => {
        ({ loss } = await trainer.step(step));
      },
    },
    loss: () => loss,
    async close() {
      pruner.dispose();
      await trainer.dispose();
    },
  };
}

/** A hand-written step graph of the same perceptron, its state fed back. */
export async function handWrittenCandidate(
  { name, ort, ...settings }: BenchRuntime,
  network: Network,
  masked: boolean,
): Promise<TrainingCandidate> {
  const { model, state } = handWrittenStep(network, masked);
  const { executionProviders, sessionOptions } = settings;
  const session = await ort.InferenceSession.create(model, { executionProviders, ...sessionOptions });
  const floats = (data: Float32Array, shape: readonly number[]) =>
    new ort.Tensor('float32', data, [...shape]);
  const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  const initial = new Map(network.weights.map((weight) => [weight.name, weight.values]));
  const { x, xShape, y, batch, classes } = network;
  const feeds = {
    x: floats(x, xShape),
    y: floats(y, [batch, classes]),
    ...Object.fromEntries(
      state.map(({ input, shape }) => [
        input,
        floats(initial.get(input)?.slice() ?? new Float32Array(sizeOf(shape)), shape),
      ]),
    ),
    ...(masked
      ? Object.fromEntries(
          network.weights
            .filter(({ name: weight }) => weight.startsWith('k'))
            .map(({ name: weight, shape, values }) => [
              `mask:${weight}`,
              floats(
                values.map((_, i) => (i % 5 === 0 ? 1 : 0)),
                shape,
              ),
            ]),
        )
      : {}),
  };
  let step = 0;
  let loss = Number.NaN;
  return {
    candidate: {
      name: `${masked ? 'hand-written step, masks as products' : 'hand-written step, no masks'}, ${name}`,
      run: async () => {
        step += 1;
        const root = Math.sqrt(1 - 0.999 ** step);
        const results = await session.run({
          ...feeds,
          rate: floats(Float32Array.of((RATE * root) / (1 - 0.9 ** step)), []),
          bound: floats(Float32Array.of(1e-8 * root), []),
        });
        loss = (results.loss!.data as Float32Array)[0]!;
        for (const { input, output } of state) Object.assign(feeds, { [input]: results[output]! });
      },
    },
    loss: () => loss,
    close: () => session.release(),
  };
}
