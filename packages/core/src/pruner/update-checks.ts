/* What is looked at before an update changes anything. */

import { PruneError } from '../checks/errors.js';
import { describe, quote } from '../checks/legible.js';
import type { Score } from '../contract/backend.js';
import { type ScoreOption, scoreOf } from '../score/scores.js';
import type { CheckedOptions } from './options.js';

/** What ranks each weight, for as long as an update takes. */
export interface OpenRanking<Weight> {
  readonly scores: readonly Score<Weight>[];
  /** Gives back what was made for it. */
  close(): void;
}

/** @throws PruneError `score-mismatch` when a score tensor does not fit its weight; what an observer throws */
export async function openRanking<Weight, Mask>(
  { backend, weights }: CheckedOptions<Weight, Mask>,
  score: ScoreOption<Weight>,
): Promise<OpenRanking<Weight>> {
  const ranks = score.kind === 'observer' ? await score.rank(weights) : undefined;
  try {
    const scores = weights.map((named, i): Score<Weight> => {
      const { name, shape } = named;
      const ranked: Score<Weight> =
        score.kind === 'observer' ? { kind: 'tensor', tensor: ranks!.tensors[i]! } : scoreOf(score, named);
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
      return ranked;
    });
    return { scores, close: () => ranks?.close() };
  } catch (error) {
    closeQuietly(ranks);
    throw error;
  }
}

/** Closes what was open after a failure, which is the one to tell. */
export function closeQuietly(open: { close(): void } | undefined): void {
  try {
    open?.close();
  } catch {
    // The first failure is on its way to the caller.
  }
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
