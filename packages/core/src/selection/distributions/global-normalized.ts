import type { RescalingFunction } from './rescaling.js';

/**
 * All weights ranked together, by scores that are divided by the L2 norm of what is kept of their weight: so that a
 * layer whose numbers are small for no better reason than its size does not go first. The squares are added from the
 * highest to the lowest, in float64.
 *
 * The scores are read from where the weights live, at every update that drops something.
 *
 * @see Lee et al. 2023 (JaxPruner), arXiv 2304.14082, whose global pruners divide by the norm and 10⁻⁸
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { globalNormalized } from '@synaprune/core/methods';
 * import { hostBackend } from '@synaprune/host';
 *
 * const [small, large] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(10, 10, 20, 40)];
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'small', weight: small }, { name: 'large', weight: large }],
 *   schedule: constantSparsity(0.5),
 *   distribution: globalNormalized,
 * });
 * await pruner.update(0);
 * console.log(small.join(), large.join()); // 0,0,3,4 0,0,20,40
 * ```
 */
export const globalNormalized: RescalingFunction = Object.assign(rescale, {
  kind: 'globalNormalized',
  rescales: true,
} as const);

function rescale(scores: Float64Array): Float64Array {
  if (!(scores instanceof Float64Array)) {
    throw new TypeError(
      'globalNormalized is the distribution itself, and takes no options: distribution: globalNormalized, without a call',
    );
  }
  const norm = Math.sqrt(scores.reduceRight((sum, score) => sum + score * score, 0));
  return norm === 0 ? scores : scores.map((score) => score / norm);
}
