import type { Notice } from '@synaprune/core';
import { listNames, quote } from '@synaprune/core/checks';
import { type CompressReport, shareSparsity } from '@synaprune/refit';
import { findTfjsWeights, type TfjsArtifacts, type TfjsWeight } from '@synaprune/tfjs-files';
import type { CompressWeights } from './options.js';
import type { Matrices } from './parts/part-matrices.js';

/** Which weights become how sparse. */
export interface WeightPlan {
  /** By name; 0 where a weight stays whole and is only refitted. */
  readonly sparsities: ReadonlyMap<string, number>;
  /** Names of those that are pruned. */
  readonly cut: ReadonlySet<string>;
  /** Elements of all that were chosen, those that are held included. */
  readonly elements: number;
  readonly held: CompressReport['held'];
  readonly notices: readonly Notice[];
}

/**
 * Chooses weights as `pruneTfjs` does, and says how sparse each gets. Kernels that are too small to be pruned are refitted;
 * those of layers whose inputs cannot be looked at are held.
 *
 * @param within the matrices of weights whose inputs can be looked at, by name
 * @throws TypeError | RangeError when a distribution misses a name, has another, or what it gives is no fraction
 * @throws PruneError `unmatched-selector`; `invalid-sparsity` when a function gives something else
 */
export function planWeights(
  caller: string,
  artifacts: TfjsArtifacts,
  within: ReadonlyMap<string, Matrices>,
  {
    keep,
    select,
    distribution,
    pattern,
  }: Pick<CompressWeights, 'keep' | 'select' | 'distribution' | 'pattern'>,
): WeightPlan {
  const found = findTfjsWeights(artifacts, select === undefined ? {} : { select });
  const isWithin = ({ name }: TfjsWeight) => within.has(name);
  const chosen = found.filter((weight) => weight.pruned && isWithin(weight));
  const left = found.filter((weight) => weight.pruned && !isWithin(weight));
  const small = found.filter((weight) => isSmall(weight) && isWithin(weight));
  const shared = chosen.map(({ name, shape, elements }) => ({ name, shape, elements, ...within.get(name)! }));
  const targets = shareSparsity(caller, shared, 1 - keep, { distribution, pattern });
  return {
    sparsities: new Map([
      ...chosen.map(({ name }, i) => [name, targets[i]!] as const),
      ...small.map(({ name }) => [name, 0] as const),
    ]),
    cut: new Set(chosen.map(({ name }) => name)),
    elements: [...chosen, ...left].reduce((sum, { elements }) => sum + elements, 0),
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
export function refittable(
  artifacts: TfjsArtifacts,
  within: ReadonlyMap<string, Matrices>,
): ReadonlySet<string> {
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

function leftNotices(weights: readonly string[]): Notice[] {
  if (weights.length === 0) return [];
  const message =
    `${listNames(weights)} stay as they were: what their layers multiply them with cannot be looked at. ` +
    'select: { exclude } if that is meant; pruneTfjs of @synaprune/tfjs-files prunes them by magnitude';
  return [{ code: 'left-dense', message, weights }];
}
