import { type DistributionFunction, elementBudget, PruneError } from '@synaprune/core';
import {
  didYouMean,
  listNames,
  requireFinite,
  requireFraction,
  requireOptions,
} from '@synaprune/core/checks';
import { convexLoss } from './convex-loss.js';
import { requireCurves, type SensitivityCurve } from './curves.js';
import { shareBudget } from './share-budget.js';

/** How curves become a distribution. */
export interface SensitivityOptions {
  /**
   * What it costs to be far from equal: above 0, 0.5 unless told. The larger, the more equal the sparsities; curves that
   * are flat as far as they were measured share evenly whatever it is.
   */
  readonly evenness?: number | undefined;
}

const KEYS = ['evenness'];
const EVENNESS = 0.5;

/**
 * A distribution for `createPruner`, `pruneOnnx` and all that take one: each weight gets as sparse as its curve bears, so
 * that together they meet the target exactly and lose least agreement. It minimises
 * `Σ loss(s) + evenness · Σ (elements / all) · s²`, where the loss of a weight at sparsity s is −log of its agreement,
 * read off the convex hull of its curve; beyond its last level a curve falls to nothing at sparsity 1. A weight's
 * sparsity never falls when the target rises, so that it serves a ramp.
 *
 * Weights that are pruned need curves; curves of others are not looked at.
 *
 * @returns a function of weights and target, of the kind `sensitivity`; it throws `PruneError` `missing-curve`
 * @throws TypeError | RangeError when a curve or option is wrong
 *
 * @example Two weights of which one bears nothing:
 * ```ts
 * import { sensitivityDistribution } from '@synaprune/refit';
 *
 * const distribution = sensitivityDistribution([
 *   { name: 'head', elements: 100, levels: [{ sparsity: 0.5, agreement: 0.1 }] },
 *   { name: 'body', elements: 100, levels: [{ sparsity: 0.8, agreement: 0.99 }] },
 * ]);
 * const weights = ['head', 'body'].map((name) => ({ name, shape: [100], elements: 100 }));
 * console.log(distribution(weights, 0.4)); // [ 0, 0.8 ]
 * ```
 */
export function sensitivityDistribution(
  curves: readonly SensitivityCurve[],
  options: SensitivityOptions = {},
): DistributionFunction {
  const caller = 'sensitivityDistribution';
  const evenness = checkOptions(caller, curves, options);
  const losses = new Map(curves.map(({ name, levels }) => [name, convexLoss(levels)]));
  const distribution: DistributionFunction = (weights, sparsity) => {
    const missing = weights.map(({ name }) => name).filter((name) => !losses.has(name));
    if (missing.length > 0) {
      throw new PruneError(
        'missing-curve',
        `${caller} needs a curve for each weight; ${listNames(missing)} has none${didYouMean(missing[0], [...losses.keys()])}`,
      );
    }
    const total = weights.reduce((sum, { elements }) => sum + elements, 0);
    const given = shareBudget(
      weights.map(({ name, elements }) => ({ elements, most: elements, loss: losses.get(name)! })),
      elementBudget(sparsity, total),
      evenness,
    );
    return weights.map(({ elements }, i) => given[i]! / elements);
  };
  return Object.assign(distribution, { kind: 'sensitivity' });
}

/**
 * The fraction of each group of channels that stays, for `keep` of `shrinkOnnx`: all together `keep` of the channels of
 * all groups that have a curve, each group as much as its curve bears ({@link sensitivityDistribution}). At least one
 * channel of each group stays.
 *
 * @param keep the fraction of all channels that stays, in [0, 1]; where less than one a group would stay, one does
 * @returns fractions by the names of the groups; each times the group's channels is whole
 * @throws TypeError | RangeError when a curve or option is wrong
 *
 * @example
 * ```ts
 * import { keepBySensitivity } from '@synaprune/refit';
 *
 * const keep = keepBySensitivity(
 *   [
 *     { name: 'conv1[0]', elements: 8, levels: [{ sparsity: 0.5, agreement: 0.1 }] },
 *     { name: 'conv2[0]', elements: 8, levels: [{ sparsity: 0.75, agreement: 0.99 }] },
 *   ],
 *   0.625,
 * );
 * console.log(keep); // { 'conv1[0]': 1, 'conv2[0]': 0.25 }
 * ```
 */
export function keepBySensitivity(
  curves: readonly SensitivityCurve[],
  keep: number,
  options: SensitivityOptions = {},
): Record<string, number> {
  const caller = 'keepBySensitivity';
  const evenness = checkOptions(caller, curves, options);
  requireFraction(caller, 'keep', keep);
  const total = curves.reduce((sum, { elements }) => sum + elements, 0);
  const budget = Math.min(elementBudget(1 - keep, total), total - curves.length);
  const given = shareBudget(
    curves.map(({ elements, levels }) => ({ elements, most: elements - 1, loss: convexLoss(levels) })),
    budget,
    evenness,
  );
  return Object.fromEntries(curves.map(({ name, elements }, i) => [name, (elements - given[i]!) / elements]));
}

/** @returns the evenness */
function checkOptions(caller: string, curves: unknown, options: SensitivityOptions): number {
  requireCurves(caller, curves);
  requireOptions(caller, '', options, KEYS);
  const { evenness = EVENNESS } = options;
  requireFinite(caller, 'evenness', evenness);
  if (evenness <= 0) throw new RangeError(`${caller} needs evenness above 0, got ${evenness}`);
  return evenness;
}
