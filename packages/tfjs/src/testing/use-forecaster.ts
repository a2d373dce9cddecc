import * as tf from '@tensorflow/tfjs';
import { afterEach } from 'vitest';
import { constantSparsity, type ModelPruning, type PruneModelOptions, pruneModel } from '../index.js';
import { createForecaster, createSamples, OPTIMIZERS, weightBits } from './models.js';
import { type TestBackend, useBackend } from './use-backend.js';

const KERNELS = ['lstm/kernel', 'lstm/recurrent_kernel', 'hidden/kernel', 'out/kernel'];

/** How many elements of the forecaster can be pruned. */
export const ELEMENTS: number = 4 * 32 + 8 * 32 + 8 * 5 + 5 * 3;

/** A forecaster for each test of a file, and the pruning of it that came last; both are disposed of after it. */
export function useForecaster() {
  const trial = {
    model: undefined as unknown as tf.LayersModel,
    samples: undefined as unknown as ReturnType<typeof createSamples>,
    async setUp(backend: TestBackend): Promise<void> {
      await useBackend(backend);
      trial.model = createForecaster();
      trial.samples = createSamples();
    },
    compile: (optimizer: tf.Optimizer | string = OPTIMIZERS.adam!()) =>
      trial.model.compile({ optimizer, loss: 'meanSquaredError' }),
    /** Elements of kernels that are zero. */
    async zeros(): Promise<number> {
      const bits = await weightBits(trial.model);
      return KERNELS.flatMap((name) => bits[name]!).filter((value) => value === 0).length;
    },
    prune(options: Partial<PruneModelOptions> = {}): ModelPruning {
      pruning = pruneModel(trial.model, { schedule: constantSparsity(0.5), print: false, ...options });
      return pruning;
    },
  };
  let pruning: ModelPruning | undefined;

  afterEach(() => {
    pruning?.dispose();
    pruning = undefined;
    trial.model.optimizer?.dispose();
    trial.model.dispose();
    tf.dispose([trial.samples.x, trial.samples.y]);
  });
  return trial;
}
