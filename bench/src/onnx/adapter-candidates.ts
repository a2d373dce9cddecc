import { pruneOnnx } from '@synaprune/onnx';
import { addAdapters } from '@synaprune/onnx-train';
import { createTrainer } from '@synaprune/onnxruntime';
import type { TrainingCandidate } from './candidates.js';
import type { BenchRuntime } from './runtimes.js';
import type { Transformer } from './transformer.js';

/** What of a transformer is trained: all of it, or adapters of rank 8 on its kernels, of which 80 % may be zero. */
export type Fitting = 'everything' | 'adapters' | 'adapters, pruned';

/** A trainer of a transformer. */
export async function fittingCandidate(
  { ort, name: _, ...settings }: BenchRuntime,
  { model, inputs, targets }: Transformer,
  fitting: Fitting,
): Promise<TrainingCandidate> {
  const base = fitting === 'adapters, pruned' ? (await pruneOnnx(model, { sparsity: 0.8 })).model : model;
  const trainer = await createTrainer({
    ort,
    ...settings,
    ...(fitting === 'everything' ? { model: base, masked: [] } : addAdapters(base, { rank: 8 }).training),
    loss: 'crossEntropy',
    optimizer: 'adam',
    learningRate: 1e-3,
  });
  let loss = Number.NaN;
  return {
    candidate: {
      name: fitting,
      run: async () => {
        ({ loss } = await trainer.step({ inputs, targets }));
      },
    },
    loss: () => loss,
    close: () => trainer.dispose(),
  };
}
