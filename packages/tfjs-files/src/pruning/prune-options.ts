import {
  type Distribution,
  type Floor,
  type NamedWeight,
  type PatternOption,
  PruneError,
  type ScoreOption,
} from '@synaprune/core';
import {
  describe,
  isRecord,
  quote,
  requireBoolean,
  requireChoice,
  requireFraction,
  requireKind,
  requireOptions,
} from '@synaprune/core/checks';
import {
  type TfjsWeight,
  type TfjsWeightOptions,
  WEIGHT_ELSEWHERE,
  WEIGHT_OPTIONS,
} from '../weights/find-weights.js';

/** How `pruneTfjs` prunes, in the words of `createPruner`. */
export interface PruneTfjsOptions extends TfjsWeightOptions {
  /** Fraction of the chosen weights' elements to drop, in [0, 1]. Elements that are zero already count. */
  readonly sparsity: number;
  /**
   * How the sparsity is spread over the weights: `global` (default) ranks all their elements together, `uniform` gives
   * each the same, a function gives each its own.
   */
  readonly distribution?: Distribution;
  /** What goes as one: elements (default), blocks, channels, N of M. */
  readonly pattern?: PatternOption;
  /** What of every weight always stays: a fraction in [0, 1), or `{ fraction, elements }`. 0 unless told. */
  readonly floor?: Floor;
  /**
   * Whether what is zero already counts as dropped, whatever ranks the elements and whatever the floor. By magnitude
   * zeros go first anyway, as far as the target of their weight goes. Off unless told.
   */
  readonly keepZeros?: boolean;
  /**
   * What ranks the elements: `magnitudeScore()` (default), `randomScore({ seed })`, or `tensorScore(of)` with a
   * function that gives a `Float32Array`, a score for every element of the weight, row-major; it stays the caller's.
   */
  readonly score?: ScoreOption<TfjsWeight, Float32Array>;
}

const SHARED = ['distribution', 'pattern', 'floor', 'keepZeros'] as const;

/** Those of {@link PruneTfjsOptions} that core takes as they are. */
type Shared = Pick<PruneTfjsOptions, (typeof SHARED)[number]>;

/** Words of elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...WEIGHT_ELSEWHERE,
  scope: "it is distribution: 'global' or 'uniform'",
  schedule: 'a file is pruned once, to its sparsity',
  regrow: 'a file is pruned once, and nothing grows back',
};

/** @throws TypeError | RangeError when an option is unknown, at any depth, or has a wrong type or value */
export function requirePruneOptions(caller: string, options: PruneTfjsOptions): PruneTfjsOptions {
  requireOptions(caller, '', options, ['sparsity', 'score', ...SHARED, ...WEIGHT_OPTIONS], ELSEWHERE);
  const { sparsity, distribution = 'global', floor, keepZeros = false, score }: PruneTfjsOptions = options;
  requireFraction(caller, 'sparsity', sparsity);
  if (typeof distribution !== 'function') {
    requireChoice(caller, 'distribution', distribution, ['global', 'uniform']);
  }
  requireBoolean(caller, 'keepZeros', keepZeros);
  // The values of floors and patterns are core's to judge.
  if (isRecord(floor)) requireOptions(caller, 'floor', floor, ['fraction', 'elements']);
  if (score !== undefined) requireScore(caller, score);
  return options;
}

function requireScore(caller: string, score: unknown): void {
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

/** A score as the backend takes it, which knows weights by other handles. */
export function scoreWith<Weight>(
  score: PruneTfjsOptions['score'],
  weights: readonly TfjsWeight[],
  toWeight: (values: Float32Array, weight: TfjsWeight) => Weight,
): ScoreOption<Weight> | undefined {
  if (score?.kind !== 'tensor') return score;
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  const of = ({ name }: NamedWeight<Weight>): Weight => {
    const weight = byName.get(name)!;
    return toWeight(requireScores(weight, score.of({ name, weight })), weight);
  };
  return { kind: 'tensor', of };
}

function requireScores({ name, elements }: TfjsWeight, values: unknown): Float32Array {
  if (values instanceof Float32Array && values.length === elements) return values;
  const got = values instanceof Float32Array ? `one of ${values.length}` : describe(values);
  throw new PruneError(
    'score-mismatch',
    `the score of ${quote(name)} needs a Float32Array of ${elements}, got ${got}`,
  );
}
