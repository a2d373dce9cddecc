import { PruneError } from '@synaprune/core';
import { describe, requireFraction, requireOptions } from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TfjsBackend } from '../backend/assemble-backend.js';
import { trainedVariables } from '../model/trained-weights.js';
import { denseOf, learnsOn } from './dense/dense-weights.js';
import type { ModelPruning } from './model-pruning.js';
import { backendOf } from './pruning-backend.js';
import { noteBack, noteSwapped } from './steps/swapped-weights.js';

/** What {@link createMovingAverage} is told. */
export interface MovingAverageOptions {
  /** What of the average stays at each update, in [0, 1]: 0.999 is common, less where steps are few. */
  readonly decay: number;
  /** Whose masks hold, where variables are given: the pruner's backend. A pruning brings its own. */
  readonly backend?: Pick<TfjsBackend, 'maskGradient'>;
}

/** A moving average of weights, in which dropped weights are zero. Made by {@link createMovingAverage}. */
export interface MovingAverage {
  /**
   * After each step: `average = decay · average + (1 − decay) · weight`, and +0 where the masks of now drop.
   *
   * @throws PruneError `busy` while the average is swapped in, `disposed`
   */
  update(): void;
  /** Belongs into `callbacks:` of a fit, to update after every step. */
  readonly callback: { onBatchEnd(): Promise<void> };
  /**
   * Puts the average in the weights' place, to evaluate or to save; dropped weights are +0 by the masks of now. The
   * weights are kept for {@link MovingAverage.swapOut}. A step of a pruned model or optimizer in between is refused; on others
   * take none.
   *
   * @throws PruneError `busy` when it is in already, `disposed`
   */
  swapIn(): void;
  /** Puts the weights back as they were; +0 what masks of now drop. Harmless when they are in. */
  swapOut(): void;
  /** Swaps out, and gives back what it holds. Harmless when repeated. */
  dispose(): void;
}

/**
 * A moving average of a model's trained weights, as it is kept for evaluation. An average knows nothing of masks: what was
 * dropped would live on in it for thousands of steps, and a model saved from it would not be sparse. In this one dropped
 * weights are zero, and what grows back starts from zero; where what is dropped learns on (`straightThrough`), that is
 * averaged too, and comes back with its average. It begins as the weights are when it is made.
 *
 * @param of a pruning, whose masks hold; or a model, or variables, without masks but those of `options.backend`
 * @throws TypeError | RangeError when `of` is none of these, or an option is unknown or wrong
 *
 * @example
 * ```ts
 * import { constantSparsity, createMovingAverage, pruneModel } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [10] })] });
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
 * const average = createMovingAverage(pruning, { decay: 0.9 });
 * const x = tf.randomNormal([32, 10]);
 * await model.fit(x, x, { epochs: 5, verbose: 0, callbacks: [pruning.callback, average.callback] });
 *
 * average.swapIn();
 * console.log((await pruning.pruner.report()).total.zeros); // 50
 * average.swapOut();
 * average.dispose();
 * ```
 */
export function createMovingAverage(
  of: Pick<ModelPruning, 'model' | 'pruner'> | LayersModel | readonly tf.Variable[],
  options: MovingAverageOptions,
): MovingAverage {
  requireOptions('createMovingAverage', '', options, ['decay', 'backend']);
  const { decay } = options;
  requireFraction('createMovingAverage', 'decay', decay);
  const { weights, backend = options.backend } = averaged(of);
  const masked = (weight: tf.Variable, value: tf.Tensor): tf.Tensor =>
    // A copy, because what is no variable's gradient comes back as it is.
    backend === undefined ? value : backend.maskGradient(weight, value);
  const averages = weights.map((weight) => tf.tidy(() => tf.variable(denseOf(weight), false)));
  /** The weights while the average is in their place. */
  let away: tf.Tensor[] | undefined;
  let disposed = false;

  const requireIdle = (call: string): void => {
    if (disposed) throw new PruneError('disposed', `${call}: the moving average was disposed of`);
    if (away === undefined) return;
    throw new PruneError('busy', `${call}: the moving average is in the weights' place; swapOut() first`);
  };
  const update = (): void => {
    requireIdle('update');
    tf.tidy(() => {
      for (const [i, weight] of weights.entries()) {
        const average = averages[i]!;
        const next = tf.add(tf.mul(average, decay), tf.mul(denseOf(weight), 1 - decay));
        average.assign(learnsOn(weight) ? next : masked(weight, next));
      }
    });
  };
  const swapOut = (): void => {
    if (away === undefined) return;
    const own = away;
    tf.tidy(() => {
      for (const [i, weight] of weights.entries()) {
        // Masks may have changed meanwhile.
        weight.assign(learnsOn(weight) ? own[i]!.clone() : masked(weight, own[i]!.clone()));
      }
    });
    noteBack(weights);
    tf.dispose(away);
    away = undefined;
  };
  return {
    update,
    callback: {
      async onBatchEnd() {
        update();
      },
    },
    swapIn() {
      requireIdle('swapIn');
      away = weights.map((weight) => weight.clone());
      tf.tidy(() => {
        for (const [i, weight] of weights.entries()) weight.assign(masked(weight, averages[i]!.clone()));
      });
      noteSwapped(weights);
    },
    swapOut,
    dispose() {
      swapOut();
      disposed = true;
      tf.dispose(averages);
    },
  };
}

function averaged(of: Parameters<typeof createMovingAverage>[0]): {
  readonly weights: readonly tf.Variable[];
  readonly backend?: Pick<TfjsBackend, 'maskGradient'>;
} {
  if (Array.isArray(of) && of.length > 0 && of.every((weight) => weight instanceof tf.Variable))
    return { weights: of };
  const { model, weights } = (of ?? {}) as Partial<ModelPruning & LayersModel>;
  const backend = model && backendOf(of as ModelPruning);
  if (backend !== undefined) return { weights: trainedVariables(model!), backend };
  if (Array.isArray(weights)) return { weights: trainedVariables(of as LayersModel) };
  throw new TypeError(
    `createMovingAverage needs a pruning of pruneModel, a layers model or a list of tf.Variables, got ${describe(of)}`,
  );
}
