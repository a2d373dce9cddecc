import { createPruner, PruneError, type Pruner, type PrunerOptions, type PrunerState } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs';
import { tfjsBackend } from './backend.js';
import { createCallback, type Every, type PruningCallback, requireEvery } from './callback.js';
import { describeKernels } from './describe-kernels.js';
import { followOptimizer } from './follow-optimizer.js';
import { type FoundKernels, findKernels, type KernelOptions } from './kernels.js';
import type { TfjsMask } from './mask.js';

/** What {@link pruneModel} is told: what `createPruner` takes, and what belongs to a layers model. */
export interface PruneModelOptions
  extends KernelOptions,
    Pick<PrunerOptions<tf.Variable, TfjsMask>, 'schedule' | 'scope' | 'rule' | 'score' | 'floor'> {
  /**
   * When the masks are brought up to date, and what the schedule's position counts. `epoch` (default): before
   * every epoch; position is the epoch's number from 0, as `fit` counts it, `initialEpoch` included. `batch`
   * or a number n: before every n-th step; position is the number of steps taken so far.
   */
  readonly every?: Every;
  /** Where the choice of kernels is printed; `console.log` unless told, `false` for nowhere. */
  readonly print?: ((text: string) => void) | false;
}

/** How far a model's pruning has come: plain data, safe in JSON. */
export interface PruningProgress {
  readonly state: PrunerState;
  /** Optimizer steps taken under pruning. */
  readonly steps: number;
}

/** A model under pruning. Made by {@link pruneModel}. */
export interface ModelPruning {
  /** For reports, and for training by hand: `await pruner.update(position)`, then `model.trainOnBatch`. */
  readonly pruner: Pruner;
  /** Belongs into `callbacks:` of every `model.fit` or `fitDataset`. */
  readonly callback: PruningCallback;
  readonly kernels: FoundKernels;
  /** Optimizer steps taken so far. */
  steps(): number;
  /** Masks and steps, to go on with {@link ModelPruning.resume}. `saveModel` keeps it with the model. */
  save(): Promise<PruningProgress>;
  /**
   * Goes on where {@link ModelPruning.save} was: restores masks and steps and zeroes dropped weights.
   *
   * @throws PruneError as `Pruner.restore`; nothing has changed then
   */
  resume(progress: PruningProgress): Promise<void>;
  /** Gives model and optimizer their own methods back; the pruner lives on. Harmless when repeated. */
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
 * @throws TypeError | RangeError when an option has a wrong type or value. A step throws a TypeError when
 *   nothing has ever updated the masks, because then the callback was forgotten
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
export function pruneModel(model: tf.LayersModel, options: PruneModelOptions): ModelPruning {
  const { every = 'epoch', print = console.log, include, exclude, ...rest } = options;
  const rhythm = requireEvery(every);
  if (model.optimizer == null) {
    throw new PruneError('no-optimizer', 'pruneModel needs a compiled model; call model.compile first');
  }
  const kernels = findKernels(model, {
    ...(include === undefined ? {} : { include }),
    ...(exclude === undefined ? {} : { exclude }),
  });
  const backend = tfjsBackend();
  let steps = 0;
  let begun = false;
  const inner = createPruner({ ...rest, backend, weights: kernels.kernels });
  const pruner: Pruner = {
    ...inner,
    async update(position) {
      const result = await inner.update(position);
      begun = true;
      return result;
    },
    async restore(state) {
      await inner.restore(state);
      begun = true;
    },
  };
  const following = followOptimizer(model, backend, {
    enforceSync() {
      if (!begun) {
        throw new TypeError(
          'the model took a step before its masks were ever updated: pass callbacks: pruning.callback to fit, ' +
            'or await pruning.pruner.update(position) before training by hand',
        );
      }
      inner.enforceSync();
      steps += 1;
    },
  });
  if (print !== false) print(describeKernels(kernels));

  return {
    pruner,
    kernels,
    callback: createCallback(rhythm, pruner, () => steps, following.follow),
    steps: () => steps,
    save: async () => ({ state: await pruner.save(), steps }),
    async resume(progress) {
      if (!Number.isSafeInteger(progress?.steps) || progress.steps < 0) {
        throw new PruneError(
          'state-corrupt',
          `saved progress needs a number of steps, got ${progress?.steps}`,
        );
      }
      await pruner.restore(progress.state);
      steps = progress.steps;
    },
    detach: following.detach,
    dispose() {
      pruner.dispose();
      following.detach();
    },
  };
}
