import { PruneError } from '../../checks/errors.js';
import { describe, quote } from '../../checks/legible.js';
import { didYouMean } from '../../checks/require.js';
import type { DistributedWeight, DistributionFunction } from './distribution.js';
import { uniform } from './uniform.js';

export type { DistributedWeight, DistributionFunction } from './distribution.js';
export { erk } from './erk.js';

/**
 * How a target is shared among weights. `global` ranks all together, so that they end unequally sparse; `uniform`
 * gives every weight the same sparsity; a function says for each.
 */
export type Distribution = NamedDistribution | DistributionFunction;

/** Distributions that have a name, for recipes too. */
export type NamedDistribution = 'global' | 'uniform';

/** Distributions by name. A new one is a file, its name above and a line here. */
const NAMED: Readonly<Record<Exclude<NamedDistribution, 'global'>, DistributionFunction>> = { uniform };

/** Weights that share one target, by their index. */
export interface TargetGroup {
  readonly members: readonly number[];
  readonly target: number;
}

/** @throws TypeError when it is no distribution */
export function checkDistribution(option: unknown): Distribution {
  if (option === 'global' || typeof option === 'function') return option as Distribution;
  if (typeof option === 'string' && Object.hasOwn(NAMED, option)) return option as Distribution;
  const names = ['global', ...Object.keys(NAMED)];
  throw new TypeError(
    `createPruner needs distribution to be one of ${names.join(', ')} or a function, got ${describe(option)}` +
      didYouMean(option, names),
  );
}

/** What a saved state calls a distribution. */
export function savedDistribution(distribution: Distribution): string {
  return typeof distribution === 'string' ? distribution : (distribution.kind ?? 'custom');
}

/**
 * Which weights share a cut, and what each such group is to come to.
 *
 * @throws PruneError `invalid-sparsity` when a function gives something else than a sparsity for each weight
 */
export function distribute(
  distribution: Distribution,
  weights: readonly DistributedWeight[],
  sparsity: number,
): TargetGroup[] {
  if (distribution === 'global') return [{ members: [...weights.keys()], target: sparsity }];
  const share = typeof distribution === 'string' ? NAMED[distribution]! : distribution;
  return sparsitiesBy(share, weights, sparsity).map((target, i) => ({ members: [i], target }));
}

/**
 * What a function gives each weight; it is handed copies.
 *
 * @throws PruneError `invalid-sparsity` when it gives something else than a sparsity for each weight
 */
export function sparsitiesBy(
  share: DistributionFunction,
  weights: readonly DistributedWeight[],
  sparsity: number,
): readonly number[] {
  const copies = weights.map(({ name, shape, elements }) => ({ name, shape: [...shape], elements }));
  const given: unknown = share(copies, sparsity);
  if (!Array.isArray(given) || given.length !== weights.length) {
    throw new PruneError(
      'invalid-sparsity',
      `the distribution must give a sparsity for each of ${weights.length} weights, got ${describe(given)}`,
    );
  }
  return weights.map(({ name }, i) => {
    const own: unknown = given[i];
    if (typeof own === 'number' && own >= 0 && own <= 1) return own;
    throw new PruneError(
      'invalid-sparsity',
      `the distribution must give sparsities in [0, 1]; of ${quote(name)} it gives ${describe(own)}`,
    );
  });
}
