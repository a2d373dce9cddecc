import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { WeightCandidate } from '../weights/candidates.js';

/**
 * That nothing is trained which decided what the step holds.
 *
 * @throws PruneError `unsupported-operator`
 */
export function requireUndecided(
  decisive: ReadonlySet<string>,
  candidates: readonly WeightCandidate[],
): void {
  const decided = candidates.find(({ name }) => decisive.has(name));
  if (decided === undefined) return;
  throw new PruneError(
    'unsupported-operator',
    `tensor ${quote(decided.name)} decides which branch the model takes, so it cannot be trained; leave it out of trainable`,
  );
}
