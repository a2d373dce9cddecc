import type { Every, ObservedScore, PrunerOptions, Regrowth, ScoreOption } from '@synaprune/core';
import type { TrainerMask, TrainerWeight } from '../memory/memory.js';
import type { TrainerPattern } from './graph-groups.js';

/** What ranks elements in a trainer: also what looks at training, which the trainer sees to. */
export type TrainerScore = ScoreOption<TrainerWeight> | ObservedScore;

/** What `trainer.prune` is told: what `createPruner` takes, and when the masks are brought up to date. */
export interface TrainerPruneOptions
  extends Omit<
    PrunerOptions<TrainerWeight, TrainerMask>,
    'backend' | 'weights' | 'pattern' | 'score' | 'regrow'
  > {
  /**
   * What ranks the elements: `magnitudeScore()` unless told. A score that looks at training, as `movementScore()` does,
   * is observed for at every step from now on. Before the first of them it has seen nothing: the first update
   * comes before the second step.
   */
  readonly score?: TrainerScore;
  /** Brings dropped elements back; by a score that looks at training too. */
  readonly regrow?: Omit<Regrowth<TrainerWeight>, 'by'> & { readonly by: TrainerScore };
  /**
   * What is dropped as one. `{ kind: 'channel', groups: 'graph' }` are the channels of the model's own graph, with all that
   * goes with each: biases and scales too, though they have no mask otherwise. What is exported can then be cut by
   * `shrinkOnnx` of `@synaprune/onnx-shrink`, and no output changes.
   */
  readonly pattern?: TrainerPattern;
  /**
   * When the masks are brought up to date, and what the schedule's position counts. `epoch`: before the first step of
   * every epoch; position is the number of epochs before it. `batch` or a number n: before every n-th step; position
   * is the number of steps taken before it. `epoch` where `stepsPerEpoch` is told, else `batch`.
   */
  readonly every?: Every;
  /** How many steps are an epoch, which a trainer cannot know by itself. */
  readonly stepsPerEpoch?: number;
}
