import { PruneError } from '@synaprune/core';
import { describe } from '@synaprune/core/checks';
import { patchMethod } from '../../internals/patch-method.js';
import { type DropoutUse, listDropout } from '../../model/dropout.js';
import type { ModelPruning } from '../model-pruning.js';

/** Dropout that falls as sparsity rises. Made by {@link coupleDropout}. */
export interface CoupledDropout {
  /** The dropout that is coupled, with the rates from before. */
  readonly dropout: readonly DropoutUse[];
  /** The rates that are in effect now. */
  rates(): readonly DropoutUse[];
  /** Puts the rates back, and leaves them alone from then on. Harmless when repeated. */
  dispose(): void;
}

/**
 * For those who want both dropout and pruning: from now on every dropout rate of a pruned model is `rate · √(1 − sparsity)`,
 * with the sparsity that the pruning has come to, over all its kernels together. The rates follow each update and
 * `restore`. A sparse model overfits less, and would be held back by the dropout of a dense one.
 *
 * A model saved meanwhile is saved with the rates of now. {@link CoupledDropout.dispose} puts those from before back, and
 * so does disposing of the pruning, or detaching it.
 *
 * @throws PruneError `no-dropout` when no dropout of the model has effect
 * @throws TypeError when `pruning` is not what `pruneModel` returned
 * @see Han et al. 2015, section 3.2, https://arxiv.org/abs/1506.02626
 *
 * @example
 * ```ts
 * import { constantSparsity, coupleDropout, pruneModel } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const model = tf.sequential({
 *   layers: [tf.layers.dense({ units: 10, inputShape: [10] }), tf.layers.dropout({ rate: 0.4 })],
 * });
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const pruning = pruneModel(model, { schedule: constantSparsity(0.75), print: false });
 * const coupled = await coupleDropout(pruning);
 * await pruning.pruner.update(0);
 * console.log(coupled.rates().map(({ rate }) => rate)); // [ 0.2 ]
 * coupled.dispose();
 * ```
 */
export async function coupleDropout(
  pruning: Pick<ModelPruning, 'model' | 'pruner' | 'detach' | 'dispose'>,
): Promise<CoupledDropout> {
  if (typeof pruning?.pruner?.update !== 'function' || typeof pruning.detach !== 'function') {
    throw new TypeError(`coupleDropout needs the pruning that pruneModel returned, got ${describe(pruning)}`);
  }
  const { model, pruner } = pruning;
  const uses = listDropout(model);
  if (uses.length === 0) {
    throw new PruneError(
      'no-dropout',
      `coupleDropout needs a model with dropout that has effect, and ${model.name} has none`,
    );
  }
  let coupled = true;
  let factor = 1;
  const follow = (sparsity: number): void => {
    if (!coupled) return;
    factor = Math.sqrt(1 - sparsity);
    for (const { own, use } of uses) own.set(use.rate * factor);
  };
  const followMasks = async (): Promise<void> => follow((await pruner.report()).total.sparsity);
  const releases: (() => void)[] = [];
  const dispose = (): void => {
    if (!coupled) return;
    coupled = false;
    factor = 1;
    for (const release of releases) release();
    for (const { own, use } of uses) own.set(use.rate);
  };
  const ending = (end: () => void) => (): void => {
    end();
    dispose();
  };
  await followMasks();
  releases.push(
    patchMethod(pruner, 'update', (update) => async (position) => {
      const result = await update(position);
      follow(result.sparsity);
      return result;
    }),
    patchMethod(pruner, 'restore', (restore) => async (state, options) => {
      await restore(state, options);
      await followMasks();
    }),
    patchMethod(pruning, 'detach', ending),
    patchMethod(pruning, 'dispose', ending),
  );
  return {
    dropout: uses.map(({ use }) => use),
    rates: () => uses.map(({ use }) => ({ ...use, rate: use.rate * factor })),
    dispose,
  };
}
