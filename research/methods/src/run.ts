import type { Notice, ScheduleRecipe } from '@synaprune/core';
import type { Phases } from '@synaprune/core/methods';

/** What there is to learn. What each is: `task.ts`. */
export const TASKS = ['digits', 'book'] as const;

export type TaskName = (typeof TASKS)[number];

/** What the elements are ranked by. */
export const SCORES = ['magnitude', 'random', 'activity', 'movement', 'saliency', 'snip'] as const;

export type ScoreName = (typeof SCORES)[number];

/** How many of the kept weights make room for others, and until when. */
export interface RegrowthSpec {
  /** What ranks those that come back: lots drawn anew at every update, or the size of the gradient. */
  readonly by: 'random' | 'gradient';
  /** Fraction of the kept weights at first; it falls along half a cosine to 0. */
  readonly fraction: number;
  /** Step of the first exchange. */
  readonly from: number;
  /** Step at which it is 0. */
  readonly until: number;
}

/** Masks that follow a schedule while a model trains. Positions are steps. */
export interface MaskSpec {
  readonly schedule: ScheduleRecipe;
  /** Steps between updates. */
  readonly every: number;
  /** Steps at the beginning that look, at a learning rate of 0. */
  readonly looks: number;
  readonly score: ScoreName;
  readonly distribution: 'global' | 'erk';
  /** Whether the masks of the first step are drawn by lot, whatever ranks later. */
  readonly startsRandom: boolean;
  readonly regrow: RegrowthSpec | null;
}

/** Dense and compressed phases in turn, by magnitude. */
export interface PhasesSpec extends Phases {
  /** Steps between updates. */
  readonly every: number;
}

/** Train, drop, go back to an early step, again and again: the search for a lottery ticket. */
export interface RewindSpec {
  /** The step to go back to. */
  readonly to: number;
  /** Rounds of the search: steps that each trains from there, and the sparsity at its end. */
  readonly rounds: readonly { readonly steps: number; readonly sparsity: number }[];
}

/** What an arm does to a training, as data that decides all of it. */
export type Treatment =
  | { readonly kind: 'none' }
  | { readonly kind: 'narrow' }
  | ({ readonly kind: 'masks' } & MaskSpec)
  | ({ readonly kind: 'phases' } & PhasesSpec)
  | ({ readonly kind: 'rewind' } & RewindSpec);

/** `momentum`: gradient descent with a momentum of 0.9; `adam` as its paper has it. */
export const OPTIMIZERS = ['momentum', 'adam'] as const;

export type OptimizerName = (typeof OPTIMIZERS)[number];

/** How every arm of a task trains. */
export interface TrainingSpec {
  /** Steps in all, whatever an arm does in them. */
  readonly steps: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerName;
  /** It falls to zero in a straight line over the last fifth of the steps. */
  readonly learningRate: number;
}

/** Everything that decides a run's numbers. Its hash is the run's key in the store. */
export interface MethodSpec {
  readonly task: TaskName;
  /** Name and version of the package that the data come from. */
  readonly data: string;
  readonly method: string;
  /** Fraction of prunable weights that is zero, or missing from a narrow model, at the end. */
  readonly sparsity: number;
  readonly treatment: Treatment;
  readonly training: TrainingSpec;
  readonly seed: number;
  /** Name and version of what computes: `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
}

/** What came of a run. Plain JSON; a value that is not finite is never stored, the run fails instead. */
export interface MethodResult {
  /** On what was held out: accuracy in [0, 1] of digits, bits per character of the book. */
  readonly score: number;
  /** Mean cross entropy there, nats. */
  readonly loss: number;
  readonly weights: readonly {
    readonly name: string;
    readonly elements: number;
    readonly kept: number;
  }[];
  /** SHA-256 of the masks, in hexadecimal; `null` for models that have none. */
  readonly masks: string | null;
  /** Steps that were taken. */
  readonly steps: number;
  /** From the first step to the last, updates of the masks included. */
  readonly seconds: number;
  readonly notices: readonly Notice[];
}
