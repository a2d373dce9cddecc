import type { NamedWeight, ObservedScore, ScoreOption } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { createObserver, type TensorObserver } from '../../scoring/observer.js';
import { createStepWatch, type StepWatch } from '../../scoring/step-watch.js';
import type { PruneModelOptions } from '../prune-model-options.js';

/** The scores of a pruning, as a pruner takes them. Made by {@link openScores}. */
export interface OpenedScores {
  readonly options: {
    readonly score?: ScoreOption<tf.Variable>;
    readonly regrow?: {
      readonly by: ScoreOption<tf.Variable>;
      readonly fraction: NonNullable<PruneModelOptions['regrow']>['fraction'];
    };
  };
  /** There where a score looks at training. */
  readonly watch: StepWatch | undefined;
  /** @throws PruneError `unsupported` when what a score looks at cannot be had of some of these weights */
  follow(weights: readonly NamedWeight<tf.Variable>[]): void;
  dispose(): void;
}

/** Gives each score that looks at training an observer, which is shown the model's steps. */
export function openScores(
  model: LayersModel,
  { score, regrow }: Pick<PruneModelOptions, 'score' | 'regrow'>,
): OpenedScores {
  const observers: TensorObserver[] = [];
  const open = (one: ScoreOption<tf.Variable, tf.Tensor> | ObservedScore): ScoreOption<tf.Variable> => {
    // The backend only reads a score, so that any tensor will do.
    if (one?.kind !== 'observed') return one as ScoreOption<tf.Variable>;
    const observer = createObserver(one);
    observers.push(observer);
    return observer;
  };
  const options = {
    ...(score === undefined ? {} : { score: open(score) }),
    // What is no regrowth, core refuses.
    ...(regrow === undefined
      ? {}
      : { regrow: regrow?.by === undefined ? (regrow as never) : { ...regrow, by: open(regrow.by) } }),
  };
  const watch = observers.length === 0 ? undefined : createStepWatch(observers, model);
  return {
    options,
    watch,
    follow: (weights) => watch?.follow(weights, model.optimizer),
    dispose() {
      watch?.release();
      for (const observer of observers) observer.dispose();
    },
  };
}
