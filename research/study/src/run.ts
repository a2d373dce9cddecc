import type { Recipe } from '@synaprune/core';
import type { Protocol, SeriesIdentity } from './task.js';

/** The models, in the order of help and tables. What each is: `models/build-model.ts`. */
export const MODELS = ['rnn', 'lstm', 'gru', 'patch', 'patchtst'] as const;

export type ModelName = (typeof MODELS)[number];

/** How weights are dropped while a model trains. */
export interface PruningSpec {
  /** Positions of its schedule are epochs, counted from 0. A random score's seed is added to the run's. */
  readonly recipe: Recipe;
  /**
   * Batches between looks at the masks, counted over the whole run, as the published program has it; `null` updates
   * them as the recipe says, before each epoch.
   */
  readonly everyBatches: number | null;
}

/** What an arm does to a training. */
export interface TrainingSpec {
  readonly learningRate: number;
  /** Rate of dropout while training, in [0, 1). */
  readonly dropout: number;
  /** That the rate is `dropout · √(1 − sparsity)`, anew every epoch. Absent for a rate that stays. */
  readonly coupled?: true | undefined;
  /** Added to the gradient as `weightDecay · w` (L2). */
  readonly weightDecay: number;
  /** Fraction of prunable weights that a narrower dense model does without, in [0, 1); 0 is full width. */
  readonly narrowed: number;
  /** Whether dropout stays on when the validation part is evaluated, as the published Monte-Carlo arm has it. */
  readonly noisyValidation: boolean;
  readonly pruning: PruningSpec | null;
}

/** How long to train, when to stop, and which epoch counts. */
export interface StoppingSpec {
  readonly epochs: number;
  readonly batchSize: number;
  /** Epochs without improvement after which a run stops. */
  readonly patience: number;
  /** What improvement is measured against: the best epoch so far, or the one before (published). */
  readonly against: 'best' | 'previous';
  /** No run stops before this epoch has ended; a pruned run has reached its final sparsity by then. */
  readonly leastEpochs: number;
  /** Which weights are scored: those of the best eligible epoch, or those of the last (published). */
  readonly scored: 'best' | 'last';
}

/** Everything that decides a run's numbers. Its hash is the run's key in the store. */
export interface RunSpec {
  readonly protocol: Protocol;
  readonly series: Pick<SeriesIdentity, 'source' | 'target' | 'sha256'>;
  readonly length: number;
  readonly model: ModelName;
  readonly training: TrainingSpec;
  readonly stopping: StoppingSpec;
  readonly seed: number;
  /** Name and version of what computes: `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
}

/** Errors of a list of forecasts. */
export interface Score {
  /** In original units. */
  readonly mae: number;
  readonly rmse: number;
  /** The same divided by the task's error unit. */
  readonly scaledMae: number;
  readonly scaledRmse: number;
}

/** One epoch of a run, when it had ended. */
export interface EpochResult {
  readonly epoch: number;
  /** Mean squared error on the model's scale. */
  readonly trainLoss: number;
  readonly validationLoss: number;
  /** Errors of the validation part in error units. */
  readonly validationMae: number;
  /** Fraction of prunable weights that is dropped, counted in the masks. */
  readonly sparsity: number;
}

/** Scores of one set of weights on one part, with dropout off, on once, and on and averaged over 20 passes. */
export interface Evaluations {
  readonly off: Score;
  /** `null` when the model was trained without dropout. */
  readonly onePass: Score | null;
  readonly twentyPasses: Score | null;
}

/** What came of a run. Plain JSON; a value that is not finite is never stored, the run fails instead. */
export interface RunResult {
  /** Of the weights that the stopping rule scores. */
  readonly test: Evaluations;
  readonly validation: Evaluations;
  /** Of the last epoch's weights, and of the best epoch's, whichever is scored. */
  readonly testAtLast: Evaluations;
  readonly testAtBest: Evaluations;
  readonly persistence: { readonly test: Score; readonly validation: Score };
  /**
   * Of the scored weights with dropout off, in original units, of the last windows of the test part; runs of an earlier
   * program have none. To be looked at: scores are of the whole part.
   */
  readonly forecasts?: readonly number[] | undefined;
  readonly bestEpoch: number;
  readonly scoredEpoch: number;
  readonly epochs: readonly EpochResult[];
  /** Of the scored weights, counted in the masks. */
  readonly sparsity: number;
  readonly sparsityByWeight: readonly {
    readonly name: string;
    readonly elements: number;
    readonly sparsity: number;
  }[];
  /** Prunable weights of the model, and all its trained numbers. */
  readonly prunable: number;
  readonly parameters: number;
  /** gzip -9 of the scored weights as float32, all together. */
  readonly gzipBytes: number;
  readonly seconds: number;
  /** What did not come to hold while it trained; left out where everything did. */
  readonly notices?: readonly RunNotice[] | undefined;
}

/** A notice of a pruner or a trainer, as it is stored. */
export interface RunNotice {
  readonly code: string;
  readonly message: string;
  readonly weights?: readonly string[] | undefined;
}
