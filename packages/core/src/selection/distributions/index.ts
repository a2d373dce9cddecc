import { PruneError } from '../../checks/errors.js';
import { describe, quote } from '../../checks/legible.js';
import { didYouMean } from '../../checks/require.js';
import type { DistributedWeight, DistributionFunction } from './distribution.js';
import { erk } from './erk.js';
import { lamp } from './lamp.js';
import type { RescalingFunction } from './rescaling.js';
import { uniform } from './uniform.js';

export type { DistributedWeight, DistributionFunction } from './distribution.js';
export { erk } from './erk.js';
export type { RescalingFunction } from './rescaling.js';

/**
 * How a target is shared among weights. `global` ranks all together, so that they end unequally sparse; `uniform`
 * gives every weight the same sparsity; {@link erk} keeps small weights denser; `lamp` ranks all together, each element
 * by its part of what is left of its weight; a function says for each, or makes the scores of all comparable.
 */
export type Distribution = NamedDistribution | DistributionFunction | RescalingFunction;

/** Distributions that have a name, for recipes too. */
export type NamedDistribution = 'global' | 'uniform' | 'erk' | 'lamp';

/** Distributions by name. A new one is a file, its name above and a line here. */
const NAMED: Readonly<
  Record<Exclude<NamedDistribution, 'global'>, DistributionFunction | RescalingFunction>
> = { uniform, erk, lamp };

/** The names there are. */
export const DISTRIBUTIONS: readonly NamedDistribution[] = [
  'global',
  ...(Object.keys(NAMED) as (keyof typeof NAMED)[]),
];

/** Weights that share one target, by their index. */
export interface TargetGroup {
  readonly members: readonly number[];
  readonly target: number;
}

/** @throws TypeError when it is no distribution */
export function checkDistribution(option: unknown): Distribution {
  if (typeof option === 'function' || DISTRIBUTIONS.includes(option as NamedDistribution)) {
    return option as Distribution;
  }
  throw new TypeError(
    `createPruner needs distribution to be one of ${DISTRIBUTIONS.join(', ')} or a function, got ${describe(option)}` +
      didYouMean(option, DISTRIBUTIONS),
  );
}

/** What a saved state calls a distribution. */
export function savedDistribution(distribution: Distribution): string {
  return typeof distribution === 'string' ? distribution : (distribution.kind ?? 'custom');
}

/** What a distribution makes of the scores of a weight, where it is one that makes scores comparable. */
export function rescalingOf(distribution: Distribution): RescalingFunction | undefined {
  const given = distribution === 'global' ? undefined : byName(distribution);
  return given !== undefined && isRescaling(given) ? given : undefined;
}

function byName(distribution: Exclude<Distribution, 'global'>): DistributionFunction | RescalingFunction {
  return typeof distribution === 'string' ? NAMED[distribution] : distribution;
}

function isRescaling(given: DistributionFunction | RescalingFunction): given is RescalingFunction {
  return 'rescales' in given && given.rescales === true;
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
  const together = [{ members: [...weights.keys()], target: sparsity }];
  if (distribution === 'global') return together;
  const share = byName(distribution);
  if (isRescaling(share)) return together;
  const targets = sparsitiesBy(share, weights, sparsity);
  const joined = share.together?.(copiesOf(weights)).filter(({ length }) => length > 0) ?? [];
  const named = joined.flat();
  if (new Set(named).size < named.length || named.some((i) => targets[i] === undefined)) {
    throw new PruneError(
      'invalid-sparsity',
      `the distribution must join some of ${weights.length} indices, none twice, got ${named}`,
    );
  }
  const alone = [...weights.keys()].filter((i) => !named.includes(i)).map((i) => [i]);
  return [...joined, ...alone].map((members) => ({ members, target: meanOf(members, targets, weights) }));
}

function copiesOf(weights: readonly DistributedWeight[]): DistributedWeight[] {
  return weights.map(({ name, shape, elements }) => ({ name, shape: [...shape], elements }));
}

/** What several weights come to together. Of one it is its own, to the last bit. */
function meanOf(
  members: readonly number[],
  targets: readonly number[],
  weights: readonly DistributedWeight[],
): number {
  const [first = 0] = members;
  if (members.every((i) => targets[i] === targets[first])) return targets[first]!;
  const elements = members.reduce((sum, i) => sum + weights[i]!.elements, 0);
  return members.reduce((sum, i) => sum + targets[i]! * weights[i]!.elements, 0) / elements;
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
  const given: unknown = share(copiesOf(weights), sparsity);
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
