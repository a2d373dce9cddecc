import { createPruner, PruneError, type Pruner, type PrunerState, type ScoreOption } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { tfjsBackend } from './backend.js';
import { createCallback, type PruningCallback, requireEvery } from './callback.js';
import { describeKernels } from './describe-kernels.js';
import { followOptimizer } from './follow-optimizer.js';
import { type FoundKernels, findKernels } from './kernels.js';
import { requireOwnFit } from './own-fit.js';
import { type PruningProgress, requireProgress } from './progress.js';
import { type PruneModelOptions, requireOptions } from './prune-model-options.js';

/** A model under pruning. Made by {@link pruneModel}. */
export interface ModelPruning {
  readonly model: LayersModel;
  /** For reports, and for training by hand: `await pruner.update(position)`, then `model.trainOnBatch`. */
  readonly pruner: Pruner;
  /**
   * Belongs into `callbacks:` of every `model.fit` or `fitDataset`, of this model and no other. Throws a
   * TypeError in the fit of another, and after {@link ModelPruning.detach}.
   */
  readonly callback: PruningCallback;
  readonly kernels: FoundKernels;
  /** Optimizer steps taken so far. */
  steps(): number;
  /** Masks and steps, to go on with {@link ModelPruning.resume}. `saveModel` keeps it with the model. */
  save(): Promise<PruningProgress>;
  /**
   * Goes on where {@link ModelPruning.save} was: restores masks and steps and zeroes dropped weights.
   *
   * `fit` does not know of it: without `initialEpoch` it counts epochs from 0 again.
   *
   * @throws PruneError as `Pruner.restore`; nothing has changed then
   */
  resume(progress: PruningProgress): Promise<void>;
  /**
   * Gives model and optimizer their own methods back; the pruner lives on, and the callback refuses to work.
   * Harmless when repeated.
   */
  detach(): void;
  /** {@link ModelPruning.detach}, and the masks are given back. The weights stay, pruned. */
  dispose(): void;
}

/**
 * Prunes a compiled layers model while it trains. From now on every step of its optimizer (`fit`,
 * `fitDataset`, `trainOnBatch`, `minimize`) leaves dropped weights at +0, so that validation inside `fit`
 * sees what will be saved; the callback moves the masks along the schedule. Compiling the model again takes
 * the pruning along to the new optimizer.
 *
 * Updates come before an epoch, so the last of n epochs is pruned to `schedule(n - 1)`.
 *
 * @throws TypeError | RangeError when an option is unknown or has a wrong type or value; nothing has changed
 *   then. A step throws a TypeError when nothing has ever updated the masks, because then the callback was
 *   forgotten. A step that throws has not been taken: weights, moments and iterations are as before
 * @throws PruneError `no-optimizer` when the model is not compiled, `unmatched-selector`, `no-weights`, and
 *   whatever `createPruner` throws
 *
 * @example
 * ```ts
 * import { pruneModel, synapticRamp } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [10] })] });
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const pruning = pruneModel(model, {
 *   schedule: synapticRamp({ from: 0.3, to: 0.7, start: 1, end: 4 }),
 *   print: false,
 * });
 * const x = tf.randomNormal([32, 10]);
 * await model.fit(x, x, { epochs: 5, verbose: 0, callbacks: pruning.callback });
 * console.log((await pruning.pruner.report()).total.sparsity); // 0.7
 * ```
 */
export function pruneModel(model: LayersModel, options: PruneModelOptions): ModelPruning {
  requireOptions(options);
  const { every = 'epoch', print = console.log, include, exclude, score, backend: chosen, ...rest } = options;
  const rhythm = requireEvery(every);
  if (model.optimizer == null) {
    throw new PruneError('no-optimizer', 'pruneModel needs a compiled model; call model.compile first');
  }
  const kernels = findKernels(model, {
    ...(include === undefined ? {} : { include }),
    ...(exclude === undefined ? {} : { exclude }),
  });
  // Before there is anything to give back, because it may throw.
  if (print !== false) print(describeKernels(kernels));

  const backend = chosen ?? tfjsBackend();
  let steps = 0;
  let begun = false;
  const inner = createPruner({
    ...rest,
    // The backend only reads a score, so that any tensor will do.
    ...(score === undefined ? {} : { score: score as ScoreOption<tf.Variable> }),
    backend,
    weights: kernels.kernels,
  });
  const pruner: Pruner = {
    ...inner,
    async update(position) {
      const result = await inner.update(position);
      begun = true;
      return result;
    },
    async restore(state) {
      await inner.restore(state);
      // Masks saved before their first update are no more than new ones.
      begun = (state as PrunerState).position !== null;
    },
  };
  const enforcing = {
    enforceSync() {
      if (!begun) {
        throw new TypeError(
          'the model was to take a step before its masks were ever updated: pass callbacks: pruning.callback to ' +
            'fit, or await pruning.pruner.update(position) before training by hand. A model under several ' +
            'prunings needs the callback of each; detach() those that are done with',
        );
      }
      inner.enforceSync();
    },
  };
  const following = followOptimizer(model, backend, enforcing, () => {
    steps += 1;
  });
  const requireLive = (): void => {
    if (following.live()) return;
    throw new TypeError(
      'pruning.callback needs its pruning attached to the model; it was detached or disposed of, so that no ' +
        'step would enforce the masks. Leave it out, or call pruneModel again',
    );
  };
  const begin = (): void => {
    requireLive();
    requireOwnFit(model);
    following.follow();
  };

  return {
    model,
    pruner,
    kernels,
    callback: createCallback(rhythm, pruner, () => steps, begin, requireLive),
    steps: () => steps,
    save: async () => ({ state: await pruner.save(), steps }),
    async resume(progress) {
      const { state, steps: taken } = requireProgress(progress);
      await pruner.restore(state);
      steps = taken;
    },
    detach: following.detach,
    dispose() {
      pruner.dispose();
      following.detach();
    },
  };
}
