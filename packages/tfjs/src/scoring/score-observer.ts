import {
  type NamedWeight,
  type ObservedScore,
  PruneError,
  type ScoreObserver,
  type Signal,
  type Signals,
} from '@synaprune/core';
import {
  describe,
  quote,
  requireBroadcast,
  requireObservedScore,
  requireOptions,
  SHOWN_SIGNALS,
} from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { createObserver } from './observer.js';
import { createStepWatch, isOfLayers, type NamedGradient } from './step-watch.js';

/** What a step showed: of each signal but the weights, which are looked at, a tensor for each weight by its name. */
export type TensorSignals = {
  readonly [signal in Exclude<Signal, 'weight'>]?: Readonly<Record<string, tf.Tensor>>;
};

/** An observer of a loop of one's own, over variables. Made by {@link createScoreObserver}. */
export interface TensorScoreObserver extends ScoreObserver<tf.Variable> {
  /**
   * Takes in one step by hand, before the optimizer changes the weights. All weights or none. The tensors stay the
   * caller's.
   *
   * @param signals what the score needs, for every weight: of the weight's shape, or of one that broadcasts to it, such as
   *   `[inputs, 1]`
   * @throws TypeError when a signal is missing or no tensor
   * @throws PruneError `score-mismatch` when one does not broadcast to the weight's shape
   */
  observe(signals: TensorSignals): void;
  /**
   * Looks at a step that is about to be taken, and gives what is to be called after it. For optimizers:
   * `pruneOptimizer(optimizer, pruner, { backend, observer })` calls it at every step.
   *
   * @throws PruneError `unsupported` when the step does not show what the score needs
   */
  beginStep(optimizer: tf.Optimizer, gradients: readonly NamedGradient[]): () => void;
  /** Gives back what is remembered, and the layers their own methods. Harmless when repeated. */
  dispose(): void;
}

/**
 * Looks at a training loop of one's own, for a score that ranks by what training shows. It goes to `createPruner` as the
 * `score`, where it is saved and restored with the pruner, and to `pruneOptimizer` as the `observer`, which shows it
 * every step. `pruneModel` makes its own.
 *
 * @param options.weights those of the pruner, or more of them, by the same names
 * @param options.model whose layers show what passes through, for `wandaScore()` and `activityScore()`; without it those
 *   are told by {@link TensorScoreObserver.observe}
 * @throws TypeError when an option is unknown or of a wrong type
 * @throws PruneError `unsupported` when layers of `model` do not show of some weights what the score needs
 *
 * @example
 * ```ts
 * import { createPruner, createScoreObserver, movementScore, oneShot, pruneOptimizer, tfjsBackend } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const kernel = tf.variable(tf.tensor1d([4, -1, 2, -3]));
 * const weights = [{ name: 'kernel', weight: kernel }];
 * const backend = tfjsBackend();
 * const observer = createScoreObserver({ score: movementScore(), weights });
 * const schedule = oneShot({ to: 0.5, at: 3 });
 * const pruner = createPruner({ backend, weights, schedule, score: observer });
 * const optimizer = pruneOptimizer(tf.train.sgd(0.1), pruner, { backend, observer });
 * for (let step = 0; step < 4; step += 1) {
 *   await pruner.update(step);
 *   // Towards 0, −5, 5 and 0: the first and the last move towards zero, and go.
 *   optimizer.minimize(() => kernel.sub([0, -5, 5, 0]).square().sum());
 * }
 * console.log([...(await kernel.data())].map((value) => value === 0)); // [ true, false, false, true ]
 * observer.dispose();
 * ```
 */
export function createScoreObserver(options: {
  readonly score: ObservedScore;
  readonly weights: readonly NamedWeight<tf.Variable>[];
  readonly model?: LayersModel;
}): TensorScoreObserver {
  requireOptions('createScoreObserver', '', options, ['score', 'weights', 'model']);
  const { score, weights, model } = options;
  requireObservedScore('createScoreObserver', score);
  if (!Array.isArray(weights) || !weights.every((named) => named?.weight instanceof tf.Variable)) {
    throw new TypeError(
      `createScoreObserver needs weights to be a list of { name, weight }, got ${describe(weights)}`,
    );
  }
  const { see, dispose, ...observer } = createObserver(score);
  const told = model === undefined ? score.needs.filter(isOfLayers) : [];
  const watch = told.length === 0 ? createStepWatch([{ score, see }], model) : undefined;
  watch?.follow(weights);
  return {
    ...observer,
    observe(signals) {
      requireOptions('observe', '', signals as unknown, SHOWN_SIGNALS);
      see(
        weights.map((named) => ({ weight: named.weight, signals: signalsOf(score.needs, signals, named) })),
      );
    },
    beginStep(optimizer, gradients) {
      if (watch !== undefined) return watch.begin(optimizer, gradients);
      throw new PruneError(
        'unsupported',
        `the score ${quote(score.name)} needs ${told.join(' and ')}, which an optimizer does not show: give ` +
          'createScoreObserver the model, or call observe instead of passing the observer to pruneOptimizer',
      );
    },
    dispose() {
      watch?.release();
      dispose();
    },
  };
}

/** The signals of one weight, each of a shape that broadcasts to the weight's. */
function signalsOf(
  needs: readonly Signal[],
  signals: TensorSignals,
  { name, weight }: NamedWeight<tf.Variable>,
): Signals<tf.Tensor> {
  const given = needs.map((signal) => {
    if (signal === 'weight') return [signal, weight] as const;
    const tensor = signals[signal]?.[name];
    if (!(tensor instanceof tf.Tensor) || tensor.dtype !== 'float32') {
      throw new TypeError(
        `observe needs ${signal} of ${quote(name)} as a tensor of float32, got ${describe(tensor)}`,
      );
    }
    requireBroadcast('score-mismatch', `${signal} of ${quote(name)}`, tensor.shape, weight.shape);
    return [signal, tensor] as const;
  });
  return Object.fromEntries(given) as Signals<tf.Tensor>;
}
