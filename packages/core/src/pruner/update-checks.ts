/* What is looked at before an update changes anything. */

import { PruneError } from '../checks/errors.js';
import { describe, quote } from '../checks/legible.js';
import type { Item } from '../contract/backend.js';
import { type ScoreOption, scoreOf } from '../score/scores.js';
import type { CheckedOptions } from './options.js';

/** @throws PruneError `score-mismatch` when a score tensor does not fit its weight */
export function withScores<Weight, Mask>(
  { backend, weights }: CheckedOptions<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
  score: ScoreOption<Weight>,
): Item<Weight, Mask>[] {
  return items.map((item, i) => {
    const { name, shape } = weights[i]!;
    const ranked = scoreOf(score, weights[i]!);
    if (ranked.kind === 'tensor') {
      const got = ranked.tensor == null ? undefined : backend.shape(ranked.tensor);
      if (got === undefined || String(got) !== String(shape)) {
        const found = got === undefined ? describe(ranked.tensor) : `the shape [${got}]`;
        throw new PruneError(
          'score-mismatch',
          `the score of ${quote(name)} needs the shape [${shape}], got ${found}`,
        );
      }
    }
    return { ...item, score: ranked };
  });
}

/** @throws PruneError `weight-changed` when a weight no longer has the shape it had */
export function requireUnchanged<Weight, Mask>({ backend, weights }: CheckedOptions<Weight, Mask>): void {
  for (const { name, weight, shape } of weights) {
    const now = backend.shape(weight);
    if (now.length !== shape.length || now.some((edge, axis) => edge !== shape[axis])) {
      throw new PruneError(
        'weight-changed',
        `weight ${quote(name)} had the shape [${shape}] and now has [${now}]`,
      );
    }
  }
}

/** @throws PruneError `invalid-sparsity` when a schedule returned no sparsity */
export function requireSparsity(value: unknown, position: number, rule: 'exact' | 'published'): number {
  // The published program takes targets above 1, and then does nothing: they are replayed, not refused.
  const most = rule === 'published' ? Number.POSITIVE_INFINITY : 1;
  if (typeof value === 'number' && value >= 0 && value <= most && value !== Number.POSITIVE_INFINITY)
    return value;
  // An asynchronous schedule that fails would otherwise end the process beside the error below.
  if (value instanceof Promise) value.catch(() => {});
  throw new PruneError(
    'invalid-sparsity',
    `the schedule must return a sparsity in [0, 1]; at position ${position} it returned ${describe(value)}`,
  );
}
