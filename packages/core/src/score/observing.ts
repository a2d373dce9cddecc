import { PruneError } from '../checks/errors.js';
import { describe, quote } from '../checks/legible.js';
import type { ObservedScore, Signal } from './observed-score.js';

/* What every observer checks and says, whatever memory it keeps. */

/** The signals that a loop has to show. Weights are looked at. */
export const SHOWN_SIGNALS: readonly Exclude<Signal, 'weight'>[] = [
  'gradient',
  'secondMoment',
  'inputSquare',
  'inputMagnitude',
  'outputMagnitude',
];

/** @throws TypeError unless a score looks at training */
export function requireObservedScore(caller: string, score: unknown): asserts score is ObservedScore {
  if ((score as Partial<ObservedScore> | undefined)?.kind === 'observed') return;
  throw new TypeError(
    `${caller} needs a score that looks at training, such as movementScore(), got ${describe(score)}; ` +
      'others need no observer',
  );
}

/** @throws PruneError of this code unless a shape broadcasts to the weight's without making it larger */
export function requireBroadcast(
  code: 'score-mismatch' | 'state-mismatch',
  what: string,
  shape: readonly number[],
  weight: readonly number[],
): void {
  const missing = weight.length - shape.length;
  if (missing >= 0 && shape.every((edge, axis) => edge === 1 || edge === weight[axis + missing])) return;
  throw new PruneError(code, `${what} needs a shape that broadcasts to [${weight}], got [${shape}]`);
}

/** The error of an update that is to rank before the first step. */
export function nothingObserved({ name }: ObservedScore): PruneError {
  return new PruneError(
    'nothing-observed',
    `the score ${quote(name)} ranks by training, and has seen no step yet`,
  );
}
