import { requireOptions } from '../checks/require.js';
import { randomScore } from '../score/scores.js';
import type { GrowthFraction } from '../selection/regrowth.js';
import { cosineFraction, EXCHANGE, type Exchange } from './cosine-fraction.js';

/**
 * Sparse evolutionary training, as `regrow`: at every update the lowest of what is kept go, and as many of what is dropped
 * come back by chance. With a constant target, the number of active elements stays what it is.
 *
 * Chance is a function of the seed, the name of the weight and the position: fresh at every update, the same on every
 * backend, and the same after a resume.
 *
 * @param options.seed integer in [0, 2³²)
 * @returns `{ by, fraction }` for `createPruner` and the doors of adapters; the fraction falls by half a cosine until
 *   `end`: `fraction/2 · (1 + cos(π · (position − start) / (end − start)))`
 * @throws TypeError | RangeError when an option is unknown or wrong
 * @see Mocanu et al. 2018, https://arxiv.org/abs/1707.04780, where the fraction is a constant ζ: leave out `end`
 * @see Evci et al. 2020, https://arxiv.org/abs/1911.11134, for the cosine
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner, setRegrowth } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'kernel', weight: Float32Array.from({ length: 100 }, (_, i) => i + 1) }],
 *   schedule: constantSparsity(0.8),
 *   regrow: setRegrowth({ seed: 1, fraction: 0.5, end: 10 }),
 * });
 * for (const epoch of [0, 5, 10]) {
 *   const { regrown, sparsity } = await pruner.update(epoch);
 *   console.log(regrown, sparsity); // 10 0.8 5 0.8 0 0.8
 * }
 * ```
 */
export function setRegrowth(options: { readonly seed: number } & Exchange): {
  readonly by: { readonly kind: 'random'; readonly seed: number };
  readonly fraction: GrowthFraction;
} {
  requireOptions('setRegrowth', '', options, ['seed', ...EXCHANGE]);
  const { seed, ...exchange } = options;
  return { by: randomScore({ seed }), fraction: cosineFraction('setRegrowth', exchange) };
}
