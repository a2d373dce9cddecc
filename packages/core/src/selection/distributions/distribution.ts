/** A weight as a distribution sees it. */
export interface DistributedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
}

/**
 * How sparse each weight gets, from the target of all together: one sparsity in [0, 1] for each weight, in their
 * order. A function may carry a `kind`, its name in saved states; without one it is `custom`.
 *
 * @example The first weight stays dense, and the others are as sparse as the schedule says:
 * ```ts
 * import { constantSparsity, createPruner, type DistributionFunction } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const spareFirst: DistributionFunction = (weights, sparsity) => weights.map((_, i) => (i === 0 ? 0 : sparsity));
 * const [first, second] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(10, 20, 30, 40)];
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'first', weight: first }, { name: 'second', weight: second }],
 *   schedule: constantSparsity(0.5),
 *   distribution: spareFirst,
 * });
 * await pruner.update(0);
 * console.log(first.join(), second.join()); // 1,2,3,4 0,0,30,40
 * ```
 */
export interface DistributionFunction {
  (weights: readonly DistributedWeight[], sparsity: number): readonly number[];
  readonly kind?: string;
  /** Weights that share what they are given, and are ranked together, by their index; none twice. Each for itself unless told. */
  readonly together?: (weights: readonly DistributedWeight[]) => readonly (readonly number[])[];
}
