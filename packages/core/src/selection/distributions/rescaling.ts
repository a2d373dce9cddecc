/**
 * A distribution that makes the scores of different weights comparable, after which the elements of all weights are
 * ranked together: it is given the scores of what is kept of one weight, as magnitudes, ascending, and gives as many
 * numbers, ascending too; the array it is given may be the one it gives back. How many elements each weight loses follows
 * from them, and which these are is as ever: floors hold, the count is exact, and of equals those of the earlier weight go.
 *
 * What is not finite is left out, and ranks above everything. The scores are read from where the weights live, at
 * every update that drops something, which needs the verb `read` of the backend.
 *
 * @example Ranked by how far an element is from the largest of its weight:
 * ```ts
 * import { constantSparsity, createPruner, type RescalingFunction } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const byLargest: RescalingFunction = Object.assign(
 *   (scores: Float64Array) => scores.map((score) => score / scores.at(-1)!),
 *   { kind: 'byLargest', rescales: true } as const,
 * );
 * const [small, large] = [Float32Array.of(0.1, 0.2), Float32Array.of(10, 30)];
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'small', weight: small }, { name: 'large', weight: large }],
 *   schedule: constantSparsity(0.25),
 *   distribution: byLargest,
 * });
 * await pruner.update(0);
 * console.log(small[0] === 0, large.join()); // false 0,30
 * ```
 */
export interface RescalingFunction {
  (scores: Float64Array): Float64Array;
  readonly rescales: true;
  /** Its name in saved states; `custom` unless told. */
  readonly kind?: string;
}
