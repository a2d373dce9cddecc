import { describe } from '../checks/legible.js';
import { requireKind, requireOptions } from '../checks/require.js';
import type { Score } from '../contract/backend.js';
import { weightSeed } from '../contract/random-score.js';
import type { NamedWeight } from './named-weight.js';
import type { ObservedScore } from './observed-score.js';
import type { ScoreObserver } from './observer.js';

/** A score that looks at nothing but the weight, or at a tensor of the caller's, which is a `Weight` too, unless told. */
export type PlainScore<Weight, Scores = Weight> =
  | { readonly kind: 'magnitude' }
  | { readonly kind: 'random'; readonly seed: number }
  | {
      readonly kind: 'tensor';
      readonly of: (weight: NamedWeight<Weight>) => Scores;
      readonly name?: string;
    };

/**
 * What ranks the elements. Made by {@link magnitudeScore}, {@link randomScore} or {@link tensorScore}; or an observer of
 * training, which ranks by what it has seen.
 */
export type ScoreOption<Weight, Scores = Weight> = PlainScore<Weight, Scores> | ScoreObserver<Weight>;

/**
 * Ranks elements by the magnitude of the weight itself. The default.
 *
 * @example
 * ```ts
 * import { magnitudeScore } from '@synaprune/core';
 *
 * console.log(magnitudeScore().kind); // magnitude
 * ```
 */
export function magnitudeScore(): { readonly kind: 'magnitude' } {
  return { kind: 'magnitude' };
}

/**
 * Ranks elements at random: one fixed order a seed, the same on every backend and after every resume. The
 * control that any other score has to beat.
 *
 * @param options.seed integer in [0, 2³²)
 * @throws TypeError | RangeError when `seed` is no such integer
 *
 * @example
 * ```ts
 * import { randomScore } from '@synaprune/core';
 *
 * console.log(randomScore({ seed: 42 })); // { kind: 'random', seed: 42 }
 * ```
 */
export function randomScore(options: { readonly seed: number }): {
  readonly kind: 'random';
  readonly seed: number;
} {
  requireOptions('randomScore', '', options, ['seed']);
  const { seed } = options;
  if (typeof seed !== 'number')
    throw new TypeError(`randomScore needs seed to be a number, got ${describe(seed)}`);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(`randomScore needs seed to be an integer in [0, 2^32), got ${seed}`);
  }
  return { kind: 'random', seed };
}

/**
 * Ranks elements by the magnitude of a tensor that the caller supplies: saliency, movement, a moving average
 * of gradients. It is asked for at every update and stays the caller's. It may be another weight of the list.
 *
 * @param of gives the score tensor of a weight, of the weight's shape
 * @param options.name what a saved state calls the score, so that it does not go on under another
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner, tensorScore } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const weight = Float32Array.of(1, 2, 3, 4);
 * const saliency = Float32Array.of(9, 1, 8, 2);
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'kernel', weight }],
 *   schedule: constantSparsity(0.5),
 *   score: tensorScore(() => saliency),
 * });
 * await pruner.update(0);
 * console.log([...weight]); // [ 1, 0, 3, 0 ]
 * ```
 */
export function tensorScore<Weight, Scores = Weight>(
  of: (weight: NamedWeight<Weight>) => Scores,
  options: { readonly name?: string } = {},
): {
  readonly kind: 'tensor';
  readonly of: (weight: NamedWeight<Weight>) => Scores;
  readonly name?: string;
} {
  if (typeof of !== 'function') throw new TypeError(`tensorScore needs a function, got ${describe(of)}`);
  requireOptions('tensorScore', '', options, ['name']);
  const { name } = options;
  if (name === undefined) return { kind: 'tensor', of };
  if (typeof name !== 'string' || name === '' || name.length > LONGEST_NAME) {
    throw new TypeError(
      `tensorScore needs name to be a text of 1 to ${LONGEST_NAME} characters, got ${describe(name)}`,
    );
  }
  return { kind: 'tensor', of, name };
}

/** Longest name of a score: what a saved state takes. */
const LONGEST_NAME = 100;

/** @throws TypeError | RangeError unless `option` is what one of the functions above returns, or an observer */
export function checkScore<Weight>(
  option: ScoreOption<Weight> | ObservedScore,
  field = 'score',
): ScoreOption<Weight> {
  if (typeof option !== 'object' || option === null) {
    throw new TypeError(
      `${field} needs to be magnitudeScore(), randomScore({ seed }) or tensorScore(of); got ${describe(option)}`,
    );
  }
  if (option.kind === 'observer' && typeof option.rank === 'function') return option;
  if (option.kind === 'observed') {
    throw new TypeError(
      `createPruner sees nothing of training, which ${field} ${describe(option.name)} looks at: give it an observer ` +
        "(createScoreObserver), or prune by your runtime's own door, as pruneModel or trainer.prune",
    );
  }
  const plain: PlainScore<Weight> = option as PlainScore<Weight>;
  requireKind('createPruner', field, option, { magnitude: [], random: ['seed'], tensor: ['of', 'name'] });
  switch (plain.kind) {
    case 'magnitude':
      return magnitudeScore();
    case 'random':
      return randomScore({ seed: plain.seed });
    case 'tensor':
      return tensorScore(plain.of, plain.name === undefined ? {} : { name: plain.name });
  }
}

/** The score of one weight, as backends see it. */
export function scoreOf<Weight>(option: PlainScore<Weight>, named: NamedWeight<Weight>): Score<Weight> {
  switch (option.kind) {
    case 'magnitude':
      return { kind: 'magnitude' };
    case 'random':
      return { kind: 'random', seed: weightSeed(option.seed, named.name) };
    case 'tensor':
      return { kind: 'tensor', tensor: option.of({ name: named.name, weight: named.weight }) };
  }
}

/** What backends rank by for a score. */
export function ranksBy({ kind }: Pick<ScoreOption<unknown>, 'kind'>): Score<unknown>['kind'] {
  return kind === 'observer' ? 'tensor' : kind;
}

/** What a saved state says of a score. */
export function savedScore<Weight>(score: ScoreOption<Weight>): Readonly<Record<string, string | number>> {
  switch (score.kind) {
    case 'magnitude':
      return { kind: 'magnitude' };
    case 'random':
      return { kind: 'random', seed: score.seed };
    case 'tensor':
      return score.name === undefined ? { kind: 'tensor' } : { kind: 'tensor', name: score.name };
    case 'observer':
      return { ...score.score.options, kind: score.score.name };
  }
}
