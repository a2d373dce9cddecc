import { describe } from '../checks/legible.js';
import { isRecord, requireOptions } from '../checks/require.js';
import type { NamedWeight } from '../score/named-weight.js';
import { tensorScore } from '../score/scores.js';
import type { GrowthFraction } from '../selection/regrowth.js';
import { cosineFraction, EXCHANGE, type Exchange } from './cosine-fraction.js';

/** Growth by gradients that the caller has. */
interface ByGradients<Weight, Scores> {
  readonly by: {
    readonly kind: 'tensor';
    readonly of: (weight: NamedWeight<Weight>) => Scores;
    readonly name?: string;
  };
  readonly fraction: GrowthFraction;
}

/**
 * The rigged lottery, as `regrow`: at every update the lowest of what is kept go, and as many of what is dropped come back
 * where the gradient is largest. With a constant target, the number of active elements stays what it is. It takes the
 * gradients of dropped elements too, so not those of a masked step.
 *
 * @param options.gradients gives the gradient of a weight, of its shape, or is a score of gradients: an observer of
 *   `gradientScore()`, or `gradientScore()` itself at doors that train
 * @returns `{ by, fraction }` for `createPruner` and the doors of adapters; the fraction falls by half a cosine until
 *   `end`: `fraction/2 · (1 + cos(π · (position − start) / (end − start)))`
 * @throws TypeError when there are no gradients; without them growth is by chance, which is `setRegrowth`
 * @throws TypeError | RangeError when another option is unknown or wrong
 * @see Evci et al. 2020, https://arxiv.org/abs/1911.11134, with α 0.3, `end` at three quarters of the training, and the
 *   distribution `'erk'`
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner, rigl } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const kernel = Float32Array.of(1, 2, 3, 4);
 * const gradients = new Map([['kernel', Float32Array.of(0, 9, 0, 0)]]);
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: constantSparsity(0.5),
 *   regrow: rigl({ gradients: ({ name }) => gradients.get(name)!, fraction: 0.5, end: 100 }),
 * });
 * const { regrown } = await pruner.update(0);
 * console.log(regrown, kernel.join()); // 1 0,2,0,4
 * ```
 */
export function rigl<Score extends { readonly kind: string }>(
  options: { readonly gradients: Score } & Exchange,
): { readonly by: Score; readonly fraction: GrowthFraction };
export function rigl<Weight, Scores = Weight>(
  options: { readonly gradients: (weight: NamedWeight<Weight>) => Scores } & Exchange,
): ByGradients<Weight, Scores>;
export function rigl(options: { readonly gradients: unknown } & Exchange): unknown {
  requireOptions('rigl', '', options, ['gradients', ...EXCHANGE]);
  const { gradients, ...exchange } = options;
  const fraction = cosineFraction('rigl', exchange);
  if (typeof gradients === 'function') {
    const by = tensorScore(gradients as (weight: NamedWeight<unknown>) => unknown, { name: 'gradient' });
    return { by, fraction };
  }
  if (isRecord(gradients) && typeof gradients.kind === 'string') return { by: gradients, fraction };
  throw new TypeError(
    `rigl needs gradients: a function that gives the gradient of a weight, or a score of gradients; got ` +
      `${describe(gradients)}. By chance it is setRegrowth`,
  );
}
