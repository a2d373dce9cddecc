import { type Notice, PruneError } from '@synaprune/core';
import { listNames, quote, requireFraction } from '@synaprune/core/checks';
import type { CompressReport } from '@synaprune/refit';
import { findTfjsWeights, type TfjsArtifacts, type TfjsWeight } from '@synaprune/tfjs-files';
import type { CompressWeights } from './options.js';

/** Which weights become how sparse. */
export interface WeightPlan {
  /** By name; 0 where a weight stays whole and is only refitted. */
  readonly sparsities: ReadonlyMap<string, number>;
  readonly held: CompressReport['held'];
  readonly notices: readonly Notice[];
}

/**
 * Chooses weights as `pruneTfjs` does, and says how sparse each gets. Kernels that are too small to be pruned are refitted;
 * those of layers whose inputs cannot be looked at are held.
 *
 * @throws PruneError `unmatched-selector`; `invalid-sparsity` when a distribution gives none
 */
export function planWeights(
  caller: string,
  artifacts: TfjsArtifacts,
  within: ReadonlySet<string>,
  { keep, select, distribution = 'uniform' }: Pick<CompressWeights, 'keep' | 'select' | 'distribution'>,
): WeightPlan {
  const found = findTfjsWeights(artifacts, select === undefined ? {} : { select });
  const isWithin = ({ name }: TfjsWeight) => within.has(name);
  const chosen = found.filter((weight) => weight.pruned && isWithin(weight));
  const left = found.filter((weight) => weight.pruned && !isWithin(weight));
  const small = found.filter((weight) => isSmall(weight) && isWithin(weight));
  const sparsity = 1 - keep;
  const targets = share(caller, distribution, chosen, sparsity);
  return {
    sparsities: new Map([
      ...chosen.map(({ name }, i) => [name, targets[i]!] as const),
      ...small.map(({ name }) => [name, 0] as const),
    ]),
    held: [
      ...left.map(({ name, place }) => ({
        name,
        heldBy: `nobody can look at what ${quote(place)} multiplies it with`,
      })),
      ...found.filter(isFixed).map(({ name, reason }) => ({ name, heldBy: reason })),
    ],
    notices: leftNotices(left.map(({ name }) => name)),
  };
}

/** The kernels of a model that can be refitted, by name. */
export function refittable(artifacts: TfjsArtifacts, within: ReadonlySet<string>): ReadonlySet<string> {
  const found = findTfjsWeights(artifacts);
  const fit = found.filter((weight) => (weight.pruned || isSmall(weight)) && within.has(weight.name));
  return new Set(fit.map(({ name }) => name));
}

const isFixed = ({ pruned, reason }: TfjsWeight): boolean => !pruned && FIXED.test(reason);

/** Kernels that would be pruned if they were larger. */
const isSmall = ({ pruned, role, reason }: TfjsWeight): boolean =>
  !pruned && /kernel$/.test(role) && /^(?!included).*, fewer than \d+ elements$/.test(reason);

/** How reasons of weights that nobody learned begin. */
const FIXED = /^fixed basis/;

type Weights = readonly {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
}[];

function share(
  caller: string,
  distribution: NonNullable<CompressWeights['distribution']>,
  weights: Weights,
  sparsity: number,
): readonly number[] {
  if (distribution === 'uniform') return weights.map(() => sparsity);
  if (typeof distribution === 'function') {
    const given = weights.map(({ name, shape, elements }) => ({ name, shape: [...shape], elements }));
    const targets = distribution(given, sparsity);
    const wrong = weights.findIndex((_, i) => !(targets[i]! >= 0 && targets[i]! <= 1));
    if (wrong < 0 && targets.length === weights.length) return targets;
    throw new PruneError(
      'invalid-sparsity',
      `the distribution must give a sparsity in [0, 1] for each of ${weights.length} weights, got ${wrong < 0 ? targets.length : targets[wrong]}`,
    );
  }
  const names = weights.map(({ name }) => name);
  for (const [name, target] of Object.entries(distribution)) {
    if (!names.includes(name)) {
      throw new PruneError(
        'unmatched-selector',
        `${caller}: distribution names ${quote(name)}, which is no weight that is pruned; there are ${listNames(names)}`,
      );
    }
    requireFraction(caller, `distribution[${quote(name)}]`, target);
  }
  return names.map((name) => (Object.hasOwn(distribution, name) ? distribution[name]! : sparsity));
}

function leftNotices(weights: readonly string[]): Notice[] {
  if (weights.length === 0) return [];
  const message =
    `${listNames(weights)} stay as they were: what their layers multiply them with cannot be looked at. ` +
    'select: { exclude } if that is meant; pruneTfjs of @synaprune/tfjs-files prunes them by magnitude';
  return [{ code: 'left-dense', message, weights }];
}
