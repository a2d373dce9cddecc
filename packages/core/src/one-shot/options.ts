import { describe } from '../checks/legible.js';
import {
  isRecord,
  requireBoolean,
  requireChoice,
  requireFraction,
  requireKind,
  requireOptions,
} from '../checks/require.js';
import type { ObservedScore } from '../score/observed-score.js';
import type { PlainScore } from '../score/scores.js';
import { DISTRIBUTIONS, type Distribution } from '../selection/distributions/index.js';
import type { Floor } from '../selection/floor.js';
import type { PatternOption } from '../selection/patterns/index.js';

/** How a file is pruned, in the words of `createPruner`. */
export interface OneShotOptions<Weight> {
  /** Fraction of the chosen weights' elements to drop, in [0, 1]. Elements that are zero already count. */
  readonly sparsity: number;
  /**
   * How the sparsity is spread over the weights: `global` (default) ranks all their elements together, `uniform` gives
   * each the same, `erk` leaves small ones denser, `lamp` ranks all by their part of what is left of their weight, a
   * function gives each its own.
   */
  readonly distribution?: Distribution;
  /** What goes as one: elements (default), blocks, channels, N of M. */
  readonly pattern?: PatternOption;
  /** What of every weight always stays: a fraction in [0, 1), or `{ fraction, elements }`. 0 unless told. */
  readonly floor?: Floor;
  /** What of every weight stays at most, as a fraction in [0, 1]. 1 unless told. */
  readonly ceiling?: number;
  /**
   * Whether what is zero already counts as dropped, whatever ranks the elements and whatever the floor. By magnitude
   * zeros go first anyway, as far as the target of their weight goes. Off unless told.
   */
  readonly keepZeros?: boolean;
  /**
   * What ranks the elements: `magnitudeScore()` (default), `randomScore({ seed })`, or `tensorScore(of)` with a
   * function that gives a `Float32Array`, a score for every element of the weight, row-major; it stays the caller's.
   * Scores that look at training are refused: a file shows none.
   */
  readonly score?: PlainScore<Weight, Float32Array> | ObservedScore;
}

const SHARED = ['distribution', 'pattern', 'floor', 'ceiling', 'keepZeros'] as const;

/** Those of {@link OneShotOptions} that `createPruner` takes as they are. */
type Shared = Pick<OneShotOptions<never>, (typeof SHARED)[number]>;

/** Words of elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  scope: "it is distribution: 'global' or 'uniform'",
  schedule: 'a file is pruned once, to its sparsity',
  regrow: 'a file is pruned once, and nothing grows back',
};

/** What a door takes beside {@link OneShotOptions}. */
interface More {
  /** Names of its own options. */
  readonly keys: readonly string[];
  /** Options of other doors, and what is to be said of them. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

/**
 * @param caller the door, for messages
 * @throws TypeError | RangeError when an option is unknown, at any depth, or has a wrong type or value; options of the
 *   door's own are the door's to judge, and so are the values of floors and patterns `createPruner`'s
 */
export function requireOneShotOptions<Options extends OneShotOptions<never>>(
  caller: string,
  options: Options,
  { keys, elsewhere }: More,
): Options {
  const known = [...new Set(['sparsity', 'score', ...SHARED, ...keys])];
  requireOptions(caller, '', options, known, { ...elsewhere, ...ELSEWHERE });
  const {
    sparsity,
    distribution = 'global',
    floor,
    keepZeros = false,
    score,
  }: OneShotOptions<never> = options;
  requireFraction(caller, 'sparsity', sparsity);
  if (typeof distribution !== 'function') {
    requireChoice(caller, 'distribution', distribution, DISTRIBUTIONS);
  }
  requireBoolean(caller, 'keepZeros', keepZeros);
  if (isRecord(floor)) requireOptions(caller, 'floor', floor, ['fraction', 'elements']);
  if (score !== undefined) requireScore(caller, score);
  return options;
}

function requireScore(caller: string, score: unknown): void {
  if (isRecord(score) && score.kind === 'observed') {
    throw new TypeError(
      `${caller} sees nothing of training, which the score ${describe(score.name)} looks at: train and prune by a trainer`,
    );
  }
  if (isRecord(score) && score.kind !== undefined) {
    requireKind(caller, 'score', score, { magnitude: [], random: ['seed'], tensor: ['of', 'name'] });
    return;
  }
  throw new TypeError(
    `${caller} needs score to be magnitudeScore(), randomScore({ seed }) or tensorScore(of) of @synaprune/core, ` +
      `got ${describe(score)}`,
  );
}

/** Options that core takes, as they were given. */
export function sharedOptions(options: Shared): Shared {
  const given = SHARED.filter((key) => options[key] !== undefined).map((key) => [key, options[key]]);
  return Object.fromEntries(given) as Shared;
}
