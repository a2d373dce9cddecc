import type { Notice } from '@synaprune/core';
import {
  describe,
  requireFinite,
  requireFraction,
  requireOptions,
  requireWatched,
  requireWhole,
} from '@synaprune/core/checks';
import {
  type Agreement,
  type AgreementMetric,
  type AgreementOptions,
  createAgreement,
} from '@synaprune/refit';
import type { ModelSamples } from '../inputs/given-samples.js';
import { insideOf, type TrainerInside } from '../trainer/inside.js';
import type { TrainerPruneOptions } from '../trainer/prune-options.js';
import type { Trainer } from '../trainer/trainer-api.js';
import type { Teacher } from './teacher.js';

/** What `distil` is told. */
export interface DistilOptions {
  /** What is trained: `createTrainer({ ort, model, ...distillationOptions(model) })`, or a trainer with settings of your own. */
  readonly trainer: Trainer;
  /**
   * Whose outputs are learned: the bytes of the dense model, or a function that gives its outputs. The model that the
   * trainer was made with unless told, which is the dense one where it is pruned now.
   */
  readonly teacher?: Teacher | undefined;
  /**
   * Samples by the model's names, without labels. The last fifth, at least one, is held back to measure by; the others
   * are learned from.
   */
  readonly inputs: ModelSamples;
  /** Samples to measure by, instead of the last fifth of `inputs`. */
  readonly heldBack?: ModelSamples | undefined;
  /**
   * How sparse the weights are in the end, in [0, 1]. Unless told nothing is pruned; elements of kernels that are zero
   * already stay zero either way, so that a pruned model stays pruned.
   */
  readonly sparsity?: number | undefined;
  /**
   * What else `trainer.prune` takes, apart from when: distribution, pattern, select, score, floor. Of every weight a
   * twentieth stays unless `floor` says otherwise.
   */
  readonly pruning?:
    | Omit<TrainerPruneOptions, 'schedule' | 'every' | 'stepsPerEpoch' | 'keepZeros'>
    | undefined;
  /** How many steps are taken at most: 200 unless `steps` or `seconds` is told. */
  readonly steps?: number | undefined;
  /** How long it takes at most, in seconds. The run is then another at each repetition. */
  readonly seconds?: number | undefined;
  /** Samples in a step, where the model takes several along its first axis: 8 unless told. */
  readonly batch?: number | undefined;
  /** The highest learning rate: 0.0005 unless told. It rises at first, falls along a cosine, and is halved at setbacks. */
  readonly learningRate?: number | undefined;
  /** The ramp of pruning waits while more than this is unexplained of what there is to explain: 0.1 unless told. */
  readonly mark?: number | undefined;
  /** What random numbers grow from: 0 unless told. */
  readonly seed?: number | undefined;
  /** Outputs that rank classes though they are no distributions; for the agreement. */
  readonly classes?: AgreementOptions['classes'];
  /** Another measure than agreement, in [0, 1]; then the best state is the best by it. */
  readonly metric?: AgreementMetric | undefined;
  /** Ends the run: the trainer is at its best so far, and the reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told after every step. */
  readonly onProgress?: ((progress: DistilProgress) => void) | undefined;
}

/** Where a run is. */
export interface DistilProgress {
  /** Steps that were taken. */
  readonly step: number;
  /** The part of the run that is over, in [0, 1]. */
  readonly progress: number;
  /** Of this step; not finite where the run is set back. */
  readonly loss: number;
  /** What of the teacher's answers is unexplained lately: 0 is nothing, 1 is all but their mean. */
  readonly unexplained: number | undefined;
  readonly sparsity: number;
  /** On held-back samples, when last measured. */
  readonly agreement: number;
}

/** A measurement on held-back samples. */
export interface DistilCheck {
  /** Steps that had been taken. */
  readonly step: number;
  readonly sparsity: number;
  /** What of the teacher's answers is unexplained; Infinity where an answer is NaN. */
  readonly unexplained: number;
  /** How much the answers agree with the teacher's, in [0, 1]. */
  readonly agreement: number;
}

/** What a run came to. */
export interface DistilResult {
  /** Steps that were taken. */
  readonly steps: number;
  /** The loss of each, before its update. */
  readonly losses: readonly number[];
  /** The loss that a perfect student would have, on the average: that of the teacher's answers themselves. */
  readonly floor: number;
  /** Of the weights under masks, and how much of them is dropped; 0 where there are none. */
  readonly sparsity: number;
  /** Every measurement, the first before the first step. */
  readonly checks: readonly DistilCheck[];
  /** The measurement whose state the trainer has now. */
  readonly best: DistilCheck;
  /** Of that state. */
  readonly agreement: Agreement;
  /** Whether it ended because nothing got better any more. */
  readonly stoppedEarly: boolean;
  readonly notices: readonly Notice[];
}

/** Options with defaults filled in. */
export interface CheckedDistil extends DistilOptions {
  readonly inside: TrainerInside;
  readonly steps: number;
  readonly seconds: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly mark: number;
  readonly seed: number;
}

const KEYS = [
  ...['trainer', 'teacher', 'inputs', 'heldBack', 'sparsity', 'pruning', 'steps', 'seconds', 'batch'],
  ...['learningRate', 'mark', 'seed', 'classes', 'metric', 'signal', 'onProgress'],
];
const ELSEWHERE = {
  keep: 'it is sparsity: 1 - keep',
  model: 'the trainer has it: createTrainer({ ort, model, ...distillationOptions(model) })',
  ort: 'the trainer has it',
};

/** @throws TypeError | RangeError when an option is unknown, or has a wrong type or value */
export function requireDistilOptions(options: DistilOptions): CheckedDistil {
  const caller = 'distil';
  const given: unknown = options;
  requireOptions(caller, '', given, KEYS, ELSEWHERE);
  const { trainer, teacher, sparsity, pruning, seconds, learningRate = 5e-4, mark = 0.1, seed = 0 } = options;
  const inside = insideOf(trainer);
  if (inside === undefined) {
    throw new TypeError(
      `${caller} needs trainer to be one that createTrainer made, got ${describe(trainer)}`,
    );
  }
  if (teacher !== undefined && typeof teacher !== 'function' && !(teacher instanceof Uint8Array)) {
    throw new TypeError(
      `${caller} needs teacher to be the bytes of a model or a function, got ${describe(teacher)}`,
    );
  }
  if (sparsity !== undefined) requireFraction(caller, 'sparsity', sparsity);
  if (pruning !== undefined) {
    if (sparsity === undefined) throw new TypeError(`${caller} needs sparsity where pruning is told`);
    requireOptions(caller, 'pruning', pruning, PRUNING, {
      schedule: 'the ramp is its own; sparsity is where it ends',
    });
  }
  if (seconds !== undefined) requireAbove0(caller, 'seconds', seconds);
  const steps = options.steps ?? (seconds === undefined ? 200 : Number.POSITIVE_INFINITY);
  if (options.steps !== undefined) requireWhole(caller, 'steps', steps, 1);
  const { batch = 8 } = options;
  requireWhole(caller, 'batch', batch, 1);
  requireAbove0(caller, 'learningRate', learningRate);
  requireAbove0(caller, 'mark', mark);
  requireWhole(caller, 'seed', seed);
  requireWatched(caller, options);
  const { classes, metric } = options;
  createAgreement({ classes, metric });
  return {
    ...options,
    inside,
    steps,
    seconds: seconds ?? Number.POSITIVE_INFINITY,
    batch,
    learningRate,
    mark,
    seed,
  };
}

const PRUNING = [
  'select',
  'distribution',
  'pattern',
  'score',
  'floor',
  'ceiling',
  'untrained',
  'masks',
  'regrow',
  'rule',
];

function requireAbove0(caller: string, field: string, value: unknown): void {
  requireFinite(caller, field, value);
  if (value <= 0) throw new RangeError(`${caller} needs ${field} above 0, got ${value}`);
}
