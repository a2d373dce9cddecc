import type { Treatment } from '../run.js';

/** A method that is compared. */
export interface Arm {
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** What it does here, in a sentence. */
  readonly explanation: string;
  /** Whether it needs nothing but the weights: the best of these is what the others have to beat. */
  readonly simple: boolean;
  /** @param steps of the whole training */
  readonly treatment: (steps: number, sparsity: number) => Treatment;
}
