/**
 * Something that did not come to hold, though nothing is wrong enough to throw: a weight emptied, a target not
 * reached, weights written behind the pruner's back. Packages do not log, so notices travel in `notices` of
 * reports and results. docs/notices.md lists the codes.
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [
 *     { name: 'small', weight: Float32Array.of(0.1, 0.2) },
 *     { name: 'large', weight: Float32Array.of(1, 2) },
 *   ],
 *   schedule: constantSparsity(0.5),
 * });
 * const { notices } = await pruner.update(0);
 * console.log(notices.map(({ code, weights }) => `${code}: ${weights}`)); // [ 'weight-emptied: small' ]
 * ```
 */
export interface Notice {
  /** What did not come to hold, for programs. A code never changes its meaning. */
  readonly code: string;
  /** The same for people: what was asked for, what holds, and what would do. */
  readonly message: string;
  /** The weights it is about, by name. */
  readonly weights?: readonly string[];
}
