import { type DistributionFunction, erk, type PatternOption } from '@synaprune/core';
import { listNames, requireFraction, requireOptions, requireThat } from '@synaprune/core/checks';
import { sparsitiesBy } from '@synaprune/core/one-shot';

/** A weight as matrices `[rows, features]`, one a part: each group and direction is one of its own. */
export interface SharedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly parts: number;
  readonly rows: number;
  readonly features: number;
}

/**
 * How a sparsity is spread over weights: `erk`, so that small matrices, and above all depthwise kernels, stay denser than
 * large ones, as many as `(rows + features) / (rows · features)`; `uniform`; sparsities by names, as a scan gives them,
 * of every weight; or a function of all weights and the sparsity of all together.
 *
 * @see https://arxiv.org/abs/1911.11134 for the Erdős–Rényi kernels
 */
export type SharedSparsity = 'erk' | 'uniform' | Readonly<Record<string, number>> | DistributionFunction;

/** How a sparsity is shared. */
export interface SharingOptions {
  /** `erk` unless told, `uniform` where the pattern is N of M, which makes no matrix sparser than another. */
  readonly distribution?: SharedSparsity | undefined;
  /** What is to go as one. */
  readonly pattern?: PatternOption | undefined;
}

/**
 * How sparse each weight gets.
 *
 * @throws TypeError when there are no weights
 * @throws TypeError | RangeError when a name is unknown or missing, or what it is given is no fraction
 * @throws PruneError `invalid-sparsity` when a function gives something else
 */
export function shareSparsity(
  caller: string,
  weights: readonly SharedWeight[],
  sparsity: number,
  options: SharingOptions = {},
): readonly number[] {
  const areWeights =
    Array.isArray(weights) &&
    weights.every((one) => [one?.parts, one?.rows, one?.features].every(Number.isSafeInteger));
  requireThat(caller, 'weights', weights, 'a list of { name, parts, rows, features, … }', areWeights);
  requireFraction(caller, 'sparsity', sparsity);
  requireOptions(caller, '', options, ['pattern', 'distribution']);
  const { pattern, distribution = pattern?.kind === 'n:m' ? 'uniform' : 'erk' } = options as SharingOptions;
  if (distribution === 'uniform') return weights.map(() => sparsity);
  if (distribution === 'erk') return byEdges(weights, sparsity);
  if (typeof distribution === 'function') return sparsitiesBy(distribution, weights, sparsity);
  return byName(caller, weights, distribution);
}

/** Those of depthwise kernels are the smallest matrices. */
function byEdges(weights: readonly SharedWeight[], sparsity: number): number[] {
  const matrices = weights.flatMap(({ name, parts, rows, features }) =>
    Array.from({ length: parts }, () => ({ name, shape: [rows, features], elements: rows * features })),
  );
  const each = erk(matrices, sparsity);
  let first = 0;
  return weights.map(({ parts }) => {
    first += parts;
    return each[first - 1]!;
  });
}

function byName(
  caller: string,
  weights: readonly SharedWeight[],
  given: Readonly<Record<string, number>>,
): number[] {
  const names = weights.map(({ name }) => name);
  requireOptions(caller, 'distribution', given, names);
  const missing = names.filter((name) => !Object.hasOwn(given, name));
  if (missing.length > 0) {
    throw new TypeError(
      `${caller} needs distribution to have a sparsity for each weight, got none for ${listNames(missing, 5)}; or leave out by select`,
    );
  }
  return names.map((name) => {
    requireFraction(caller, `distribution[${JSON.stringify(name)}]`, given[name]);
    return given[name]!;
  });
}
