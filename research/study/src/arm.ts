import type { Evaluations, ModelName, TrainingSpec } from './run.js';
import type { Protocol } from './task.js';

/** A way to train that is compared with the others. One page of code, registered in `arms/arms.ts`. */
export interface Arm {
  /** As the command line has it. */
  readonly name: string;
  readonly title: string;
  readonly explanation: string;
  /**
   * The trainings to choose among on the validation part, the same number for every arm under one protocol;
   * a single one is not tuned. Empty for arms that train nothing (persistence).
   */
  candidates(protocol: Protocol, model: ModelName): readonly Candidate[];
  /** Which of a run's evaluations is the arm's. */
  readonly evaluation: keyof Evaluations;
}

/** One setting of an arm. */
export interface Candidate {
  /** For tables: `dropout 0.3`, `to 0.7`. */
  readonly label: string;
  readonly training: TrainingSpec;
}
