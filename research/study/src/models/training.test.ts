import { createTrainer, type OnnxRuntime } from '@synaprune/onnxruntime';
import { expect, it } from 'vitest';
import type { ModelName } from '../run.js';
import { buildModel } from './build-model.js';
import { normals, planOf } from './testing/plans.js';

const BATCH = 16;
const STEPS = 30;
const RUNTIMES = ['onnxruntime-node', 'onnxruntime-web'] as const;

async function load(name: (typeof RUNTIMES)[number]): Promise<OnnxRuntime> {
  // Before onnxruntime-node loads: it sends telemetry otherwise.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  if (name === 'onnxruntime-node') return import('onnxruntime-node');
  const web = await import('onnxruntime-web');
  web.env.wasm.numThreads = 1;
  return web;
}

/** Losses of a few steps on one batch. */
async function lossesOf(model: ModelName, runtime: (typeof RUNTIMES)[number]): Promise<number[]> {
  const plan = planOf({ model, dropout: 0.3 });
  const { bytes, kernels, noise, output } = buildModel(plan);
  const trainer = await createTrainer({
    ort: await load(runtime),
    model: bytes,
    loss: 'mse',
    optimizer: 'adam',
    learningRate: 1e-3,
    masked: kernels,
    sessionOptions: { intraOpNumThreads: 1 },
  });
  expect(trainer.weights.map((weight) => weight.name).sort()).toEqual([...kernels].sort());
  const outputs = output === 'channels' ? plan.channels : 1;
  const ofShape = (shape: readonly number[], label: string) => {
    const dims = [BATCH, ...shape];
    const count = dims.reduce((a, b) => a * b);
    return { data: normals(count, label), dims };
  };
  const batch = {
    inputs: {
      window: ofShape([plan.length, plan.features], 'window'),
      ...Object.fromEntries(
        noise.map(({ name, shape }) => {
          const { data, dims } = ofShape(shape, name);
          return [name, { data: data.map((value) => (value < -0.5 ? 0 : 1 / 0.7)), dims }];
        }),
      ),
    },
    targets: { forecast: ofShape([outputs], 'targets') },
  };
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step += 1) losses.push((await trainer.step(batch)).loss);
  await trainer.dispose();
  return losses;
}

it.each(['rnn', 'lstm', 'gru', 'patch', 'patchtst'] as const)(
  'trains, its first steps alike on both runtimes: %s',
  async (model) => {
    const [node, web] = [await lossesOf(model, 'onnxruntime-node'), await lossesOf(model, 'onnxruntime-web')];
    for (const [step, loss] of node.slice(0, 5).entries()) {
      expect(Math.abs(loss - web[step]!)).toBeLessThan(1e-5);
    }
    for (const losses of [node, web]) expect(losses.at(-1)).toBeLessThan(0.9 * losses[0]!);
  },
);
