/* What a strict TypeScript user writes: every promised name, with the types it promises. */
import { runConformance } from '@synaprune/conformance';
import {
  constantSparsity,
  cosineRamp,
  createPruner,
  linearRamp,
  oneShot,
  type Pruner,
  type PrunerState,
  polynomialDecay,
  type Recipe,
  readRecipe,
  type Schedule,
  synapticRamp,
} from '@synaprune/core';
import { hostBackend } from '@synaprune/host';
import { findWeights, type OnnxReport, pruneOnnx } from '@synaprune/onnx';
import { pruneOnnxFile } from '@synaprune/onnx/node';
import { buildTrainingStep, type TrainingStep } from '@synaprune/onnx-train';
import { createTrainer, type Trainer } from '@synaprune/onnxruntime';
import { findKernels, pruneModel, tfjsBackend } from '@synaprune/tfjs';
import { tfjsNodeBackend } from '@synaprune/tfjs-node-gpu';
import { tfjsWebgpuBackend } from '@synaprune/tfjs-webgpu';
import * as tf from '@tensorflow/tfjs';

const ramp = { from: 0.3, to: 0.7, start: 2, end: 20 };
export const schedules: readonly Schedule[] = [
  synapticRamp(ramp),
  polynomialDecay({ ...ramp, power: 2 }),
  linearRamp(ramp),
  cosineRamp(ramp),
  constantSparsity(0.5),
  (step) => Math.min(0.9, step / 100),
];
export const once: typeof oneShot = oneShot;

/* One recipe, the same at every door. */
const recipe: Recipe = {
  schedule: { kind: 'synapticRamp', ...ramp },
  every: 'epoch',
  select: { exclude: [{ matches: 'bias$' }] },
  pattern: { kind: 'n:m', keep: 2, of: 4, axis: 0 },
};
export const pruneByRecipe = (model: tf.LayersModel, trainer: Trainer, weight: Float32Array): unknown[] => {
  const { every, ...options } = readRecipe(recipe);
  return [
    every,
    createPruner({ backend: hostBackend(), weights: [{ name: 'kernel', weight }], ...options }),
    pruneModel(model, readRecipe(recipe)),
    trainer.prune({ ...readRecipe(recipe), stepsPerEpoch: 10 }),
  ];
};

export const pruner: Pruner = createPruner({
  backend: hostBackend(),
  weights: [{ name: 'kernel', weight: new Float32Array(4) }],
  schedule: synapticRamp(ramp),
  distribution: 'global',
  rule: 'exact',
});
const { total } = await pruner.report();
export const sparsity: number = total.sparsity;
export const state: PrunerState = await pruner.save();

export async function train(model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor): Promise<number> {
  const { callback, pruner } = pruneModel(model, { schedule: constantSparsity(0.5), every: 'epoch' });
  await model.fit(x, y, { callbacks: [callback] });
  return (await pruner.report()).total.kept;
}
export const onTensorflow: Pruner = createPruner({
  backend: tfjsBackend(),
  weights: findKernels(tf.sequential()).kernels,
  schedule: constantSparsity(0.5),
});
export const onGpus = (): readonly Pruner[] =>
  [tfjsNodeBackend(), tfjsWebgpuBackend()].map((backend) =>
    createPruner({ backend, weights: [], schedule: constantSparsity(0.5) }),
  );
export const kit: (...told: Parameters<typeof runConformance>) => unknown = runConformance;

export async function finetune(
  ort: typeof import('onnxruntime-web'),
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const step: TrainingStep = buildTrainingStep(bytes, { loss: 'mse', optimizer: 'adam' });
  const trainer: Trainer = await createTrainer({ ort, model: bytes, loss: 'crossEntropy', optimizer: 'sgd' });
  const pruner: Pruner = createPruner({
    backend: trainer.backend,
    weights: trainer.weights,
    schedule: constantSparsity(0.5),
  });
  const { loss }: { readonly loss: number } = await trainer.step({
    inputs: { x: new Float32Array(step.weights.length) },
    learningRate: 0.1,
  });
  await trainer.restore(await trainer.save({ pruner }), { pruner });
  const exported: Uint8Array = await trainer.export();
  await trainer.dispose();
  return loss > 1 ? exported : (await pruneOnnx(exported, { sparsity: 0.5 })).model;
}
export const names = (bytes: Uint8Array): string[] => findWeights(bytes).map(({ name }) => name);
export const onDisk = (path: string, out: string): Promise<OnnxReport> =>
  pruneOnnxFile(path, { out, sparsity: 0.5, externalData: true });

// A misspelt option must not pass: with broken types everything is `any`, and then this would.
createPruner({
  backend: hostBackend(),
  weights: [{ name: 'kernel', weight: new Float32Array(4) }],
  schedule: constantSparsity(0.5),
  // @ts-expect-error `distributions` is no option.
  distributions: 'global',
});
