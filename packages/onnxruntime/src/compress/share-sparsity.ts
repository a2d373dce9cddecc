import { erk, PruneError } from '@synaprune/core';
import { describe, listNames, quote, requireOptions } from '@synaprune/core/checks';
import type { CompressWeights } from './options.js';

/** A weight as matrices `[rows, features]`, one a part. */
export interface SharedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly parts: number;
  readonly rows: number;
  readonly features: number;
}

/**
 * How sparse each weight is to get.
 *
 * @throws TypeError when a name is unknown or missing
 * @throws PruneError `invalid-sparsity` when one is no number in [0, 1]
 */
export function shareSparsity(
  weights: readonly SharedWeight[],
  { keep, distribution = 'erk' }: Pick<CompressWeights, 'keep' | 'distribution'>,
): readonly number[] {
  const sparsity = 1 - keep;
  if (distribution === 'uniform') return weights.map(() => sparsity);
  if (distribution === 'erk') return byEdges(weights, sparsity);
  const given: unknown =
    typeof distribution === 'function'
      ? distribution(
          weights.map(({ name, shape, elements }) => ({ name, shape: [...shape], elements })),
          sparsity,
        )
      : byName(weights, distribution);
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

/** Each group and direction is a matrix of its own: those of depthwise kernels are the smallest. */
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

function byName(weights: readonly SharedWeight[], given: Readonly<Record<string, number>>): unknown[] {
  const names = weights.map(({ name }) => name);
  requireOptions('compressOnnx', 'distribution', given, names);
  const missing = names.filter((name) => !Object.hasOwn(given, name));
  if (missing.length > 0) {
    throw new TypeError(
      `compressOnnx needs distribution to say how sparse ${listNames(missing, 5)} get; or leave them out by select`,
    );
  }
  return names.map((name) => given[name]);
}
