import type { ModelName } from '@synaprune/examples-kit/ocr/model/model';
import type { TrainingPlan } from './arms/training-plan.js';

/** Everything that decides what a run finds, apart from the machine. */
export interface Settings {
  readonly model: ModelName;
  readonly plan: TrainingPlan;
  /** Lines to learn from, and lines to measure on. */
  readonly lines: { readonly training: number; readonly heldOut: number };
  /** Pixels along a line, a multiple of 8. */
  readonly width: number;
  /** Lines in a step. */
  readonly batch: number;
  readonly seed: number;
}
