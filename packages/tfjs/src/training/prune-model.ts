import { createPruner } from '@synaprune/core';
import { requireEvery } from '@synaprune/core/checks';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { tfjsBackend } from '../backend/tfjs-backend.js';
import { compiledWeights } from '../internals/compiled-weights.js';
import { describeKernels } from '../model/describe-kernels.js';
import { requireLayersModel, requireOptimizer } from '../model/require-model.js';
import { variableOf } from '../model/trained-weights.js';
import { choosingAnew } from './dense/choosing-anew.js';
import { createDenseWeights, denseStep } from './dense/dense-weights.js';
import { createCallback } from './fits/callback.js';
import { createFits } from './fits/fits.js';
import { followModel } from './fits/follow-model.js';
import type { ModelPruning } from './model-pruning.js';
import { requireProgress } from './progress.js';
import { type PruneModelOptions, requirePruneModelOptions } from './prune-model-options.js';
import { groupedKernels } from './pruner/grouped-kernels.js';
import { tellUntrained } from './pruner/kernel-changes.js';
import { openLeft, saveLeft } from './pruner/left-masks.js';
import { createLivePruner } from './pruner/live-pruner.js';
import { keepMasks } from './pruner/mask-keeper.js';
import { openScores } from './pruner/observed-scores.js';
import { createTelling } from './pruner/telling.js';
import { noteBackend } from './pruning-backend.js';
import { followOptimizer } from './steps/follow-optimizer.js';
import { clearSlots } from './steps/fresh-slots.js';
import { gradientOrder } from './steps/gradient-order.js';
import { requireOneOptimizer } from './steps/one-optimizer.js';

/**
 * Prunes a compiled layers model while it trains. From now on every step of its optimizer (`fit`,
 * `fitDataset`, `trainOnBatch`, `minimize`) leaves dropped weights at +0, so that validation inside `fit`
 * sees what will be saved; the callback moves the masks along the schedule. What is saved is pruned too:
 * dropped weights that were written since the last step (best weights put back by `setWeights`) are zeroed before
 * `model.save` and `saveModel` write them.
 *
 * Positions go on over the fits of one pruning: thirty fits of one epoch are one of thirty. Updates come before an
 * epoch, so the last of n epochs is pruned to `schedule(n - 1)`; where the schedule ends after that and by the
 * time the fit is over, a last update brings it there.
 *
 * Compiling the model again takes the pruning along: to the new optimizer, and to the kernels that are trained
 * from then on. What was unfrozen or added joins, what was frozen or taken away leaves, neither zeroed nor counted
 * any more; both are told by name, as notices. What does not come to hold is told so too: printed, and in
 * `notices` of `pruner.report()`.
 *
 * @throws TypeError | RangeError when the model is no layers model, or an option is unknown or has a wrong type or
 *   value; nothing has changed then. A step throws a TypeError when nothing has ever updated the masks, because
 *   then the callback was forgotten. A step that throws has not been taken: weights, moments and iterations are
 *   as before
 * @throws PruneError `no-optimizer` when the model is not compiled, `already-pruned` when some of the weights are
 *   under another pruning, `unmatched-selector`, `no-weights`, and whatever `createPruner` throws
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
  requireLayersModel('pruneModel', model);
  requirePruneModelOptions(options);
  const { every = 'epoch', print = console.log, backend = tfjsBackend(), masks, ...others } = options;
  const { straightThrough = false, ...rest } = others;
  const { score: _, regrow, select: selected, pattern: asked, ...plain } = rest;
  requireEvery('pruneModel', every);
  const rhythm = every === 'batch' ? 1 : every;
  requireOptimizer('pruneModel', model);
  const { pattern, select } = groupedKernels(model, asked, selected);
  const keeper = keepMasks(backend);
  const dense = straightThrough ? createDenseWeights(keeper.keptOf) : undefined;
  const telling = createTelling(print);
  const scores = openScores(model, rest);
  // What there is to start with is there once: pruners after the first one take over the masks of the one before.
  let start: Pick<PruneModelOptions, 'masks'> = masks === undefined ? {} : { masks };
  // What comes back is not to go on with the moments of its former life.
  const clear = (): void => {
    const order =
      gradientOrder(model.optimizer) ?? compiledWeights(model)?.map((weight) => variableOf(weight).name);
    clearSlots(model.optimizer, learning(), backend, order);
  };
  const changed = regrow === undefined ? () => {} : clear;
  const live = createLivePruner(model, select, keeper, telling, rhythm, changed, (weights) => {
    requireOneOptimizer(model, weights, 0);
    const made = createPruner({
      ...plain,
      ...(pattern === undefined ? {} : { pattern }),
      ...scores.options,
      ...start,
      backend: keeper.backend,
      weights,
    });
    start = {};
    try {
      scores.follow(weights);
    } catch (error) {
      made.dispose();
      throw error;
    }
    if (dense === undefined) return made;
    const variables = weights.map(({ weight }) => weight);
    dense.add(variables);
    return choosingAnew(made, variables, dense);
  });
  const { pruner } = live;
  const learning = () => live.kernels().kernels.map(({ weight }) => weight);
  try {
    if (print !== false) print(describeKernels(live.kernels()));
    for (const notice of tellUntrained(model, live.kernels())) telling.tell(notice);
  } catch (error) {
    pruner.dispose();
    scores.dispose();
    throw error;
  }

  let steps = 0;
  const enforcing = {
    enforceSync() {
      if (live.position() === null) throw forgottenCallback();
      pruner.enforceSync();
    },
  };
  const taken = (): void => {
    steps += 1;
  };
  const stepping = dense && denseStep(dense, learning);
  const following = followOptimizer(model, backend, enforcing, taken, scores.watch, stepping);
  const fits = createFits({ model, live, telling, following, rhythm, schedule: options.schedule });
  const release = followModel(model, fits.hooks);
  const detach = (): void => {
    following.detach();
    scores.watch?.release();
    dense?.release();
    release();
    live.release();
  };

  const pruning: ModelPruning = {
    model,
    pruner,
    get kernels() {
      return live.kernels();
    },
    callback: createCallback(rhythm, () => steps, fits.listener),
    steps: () => steps,
    async save() {
      const state = await pruner.save();
      const left = await saveLeft(model, keeper);
      const progress = { state, steps, ...(left.length === 0 ? {} : { left }) };
      if (dense === undefined) return progress;
      const { saveDense } = await import('./dense/saved-dense.js');
      return { ...progress, dense: await saveDense(model, dense) };
    },
    masks: () => pruner.masks(),
    async restore(progress, matching) {
      if (Array.isArray(progress)) {
        await pruner.restore(progress, matching);
        return;
      }
      const { state, steps: taken, left, dense: values } = requireProgress(progress);
      const held = openLeft(model, left, matching);
      const isPlain = dense === undefined && values === undefined;
      const opening = isPlain ? undefined : await import('./dense/saved-dense.js');
      const opened = opening?.openDense(model, values, matching, dense && live.kernels().kernels);
      await pruner.restore(state, matching);
      await keeper.holdInstead(held);
      if (opened !== undefined) dense?.put(opened);
      steps = taken;
    },
    detach,
    dispose() {
      pruner.dispose();
      detach();
      scores.dispose();
      dense?.dispose();
    },
  };
  fits.own(pruning);
  noteBackend(pruning, backend);
  return pruning;
}

function forgottenCallback(): TypeError {
  return new TypeError(
    'the model was to take a step before its masks were ever updated: pass callbacks: pruning.callback to ' +
      'fit, or await pruning.pruner.update(position) before training by hand. A model under several ' +
      'prunings needs the callback of each; detach() those that are done with',
  );
}
