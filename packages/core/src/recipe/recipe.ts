import { type Every, requireEvery } from '../checks/every.js';
import { describe } from '../checks/legible.js';
import {
  requireChoice,
  requireFraction,
  requireKind,
  requireOptions,
  requireWhole,
} from '../checks/require.js';
import { cosineFraction } from '../regrowth/cosine-fraction.js';
import { SCHEDULES, type Schedule, type ScheduleRecipe } from '../schedule/index.js';
import { activityScore } from '../score/activity-score.js';
import { fisherScore } from '../score/fisher-score.js';
import { gradientScore } from '../score/gradient-score.js';
import { movementScore } from '../score/movement-score.js';
import type { ObservedScore } from '../score/observed-score.js';
import { saliencyScore, snipScore } from '../score/saliency-score.js';
import { magnitudeScore, randomScore } from '../score/scores.js';
import { wandaScore } from '../score/wanda-score.js';
import { checkDistribution, type NamedDistribution } from '../selection/distributions/index.js';
import { checkFloor, type Floor } from '../selection/floor.js';
import { checkPattern, type PatternOption } from '../selection/patterns/index.js';
import type { GrowthFraction } from '../selection/regrowth.js';
import type { Selector } from '../selection/selectors.js';

/** A selector as data: a name, or a regular expression on names. */
export type SelectorRecipe = string | { readonly matches: string; readonly flags?: string };

/** A score as data. Score tensors, and scores of your own, are code. */
export type ScoreRecipe =
  | { readonly kind: 'magnitude' | 'saliency' | 'snip' | 'movement' | 'gradient' | 'wanda' }
  | { readonly kind: 'random'; readonly seed: number }
  | { readonly kind: 'fisher'; readonly of?: 'gradient' | 'secondMoment' }
  | { readonly kind: 'activity'; readonly of?: 'connection' | 'unit'; readonly decay?: number };

/** A score that a recipe stands for. */
export type RecipeScore =
  | { readonly kind: 'magnitude' }
  | { readonly kind: 'random'; readonly seed: number }
  | ObservedScore;

/** Scores by their names in recipes: what each takes, and what makes it. */
const SCORES: {
  readonly [kind in ScoreRecipe['kind']]: {
    readonly keys: readonly string[];
    readonly create: (options: never) => RecipeScore;
  };
} = {
  magnitude: { keys: [], create: magnitudeScore },
  random: { keys: ['seed'], create: randomScore },
  saliency: { keys: [], create: saliencyScore },
  snip: { keys: [], create: snipScore },
  movement: { keys: [], create: movementScore },
  gradient: { keys: [], create: gradientScore },
  wanda: { keys: [], create: wandaScore },
  fisher: { keys: ['of'], create: fisherScore },
  activity: { keys: ['of', 'decay'], create: activityScore },
};

/**
 * A pruning as plain data, without code: it can be written in a file, sent, compared and kept beside a result. Every
 * field means what the option of that name means, at every door.
 */
export interface Recipe {
  readonly schedule: ScheduleRecipe;
  /** When the masks are brought up to date: before each epoch, each batch, or each n-th step. The door's unless told. */
  readonly every?: Every;
  readonly select?: {
    readonly include?: readonly SelectorRecipe[];
    readonly exclude?: readonly SelectorRecipe[];
    readonly minElements?: number;
  };
  readonly score?: ScoreRecipe;
  readonly distribution?: NamedDistribution;
  readonly pattern?: PatternOption;
  /** With `end`, the fraction falls by half a cosine from `start` (0 unless told), as that of `setRegrowth` and `rigl`. */
  readonly regrow?: {
    readonly by: ScoreRecipe;
    readonly fraction: number;
    readonly start?: number;
    readonly end?: number;
  };
  readonly rule?: 'exact' | 'published';
  readonly floor?: Floor;
  readonly ceiling?: number;
  readonly untrained?: 'rank' | 'wait';
  readonly keepZeros?: boolean;
}

/** The options that a recipe stands for. Those it leaves out are left out. */
export interface RecipeOptions extends Omit<Recipe, 'schedule' | 'select' | 'score' | 'regrow'> {
  readonly schedule: Schedule;
  readonly score?: RecipeScore;
  readonly regrow?: { readonly by: RecipeScore; readonly fraction: number | GrowthFraction };
  readonly select?: {
    readonly include?: readonly Selector[];
    readonly exclude?: readonly Selector[];
    readonly minElements?: number;
  };
}

const KEYS = [
  'schedule',
  'every',
  'select',
  'score',
  'distribution',
  'pattern',
  'regrow',
  'rule',
  'floor',
  'ceiling',
  'untrained',
  'keepZeros',
];

/**
 * Checks a recipe that came from anywhere, as `JSON.parse` gives it, and makes options of it: those of `createPruner`,
 * and `every` for doors that train.
 *
 * @throws TypeError | RangeError for whatever is unknown or wrong in it, with the nearest right word
 *
 * @example
 * ```ts
 * import { createPruner, readRecipe } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const json = `{
 *   "schedule": { "kind": "linearRamp", "from": 0, "to": 0.5, "start": 0, "end": 2 },
 *   "every": "epoch",
 *   "select": { "exclude": [{ "matches": "bias$" }] }
 * }`;
 * const { every, ...options } = readRecipe(JSON.parse(json));
 * const kernel = Float32Array.of(1, 2, 3, 4);
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }, { name: 'bias', weight: Float32Array.of(0.1) }],
 *   ...options,
 * });
 * for (let epoch = 0; epoch <= 2; epoch += 1) await pruner.update(epoch);
 * console.log(every, kernel.join()); // epoch 0,0,3,4
 * ```
 */
export function readRecipe(value: unknown): RecipeOptions {
  requireOptions('a recipe', '', value, KEYS);
  const {
    schedule,
    every,
    select,
    score,
    distribution,
    pattern,
    regrow,
    rule,
    floor,
    ceiling,
    untrained,
    keepZeros,
  } = value as unknown as Recipe;
  return {
    schedule: readSchedule(schedule),
    ...given('every', every, readEvery),
    ...given('select', select, readSelection),
    ...given('score', score, (own) => readScore('score', own)),
    ...given('distribution', distribution, requireDistribution),
    ...given('pattern', pattern, requirePattern),
    ...given('regrow', regrow, readRegrowth),
    ...given('rule', rule, (own) => chosen('rule', own, ['exact', 'published'] as const)),
    ...given('floor', floor, requireFloor),
    ...given('ceiling', ceiling, (own) => {
      requireFraction('a recipe', 'ceiling', own);
      return own;
    }),
    ...given('untrained', untrained, (own) => chosen('untrained', own, ['rank', 'wait'] as const)),
    ...given('keepZeros', keepZeros, requireTruth),
  };
}

/** A field read, or none where it is left out. */
function given<Key extends string, Value, Read>(
  key: Key,
  value: Value | undefined,
  read: (value: Value) => Read,
): { readonly [key in Key]?: Read } {
  return value === undefined ? {} : ({ [key]: read(value) } as { readonly [key in Key]: Read });
}

function readSchedule(recipe: ScheduleRecipe): Schedule {
  const keys = Object.entries(SCHEDULES).map(([kind, schedule]) => [kind, schedule.keys]);
  requireKind('a recipe', 'schedule', recipe as unknown, Object.fromEntries(keys));
  const { kind, ...options } = recipe;
  return SCHEDULES[kind].create(options as never);
}

function readEvery(every: unknown): Every {
  requireEvery('a recipe', every);
  return every;
}

function readSelection(select: NonNullable<Recipe['select']>): NonNullable<RecipeOptions['select']> {
  requireOptions('a recipe', 'select', select, ['include', 'exclude', 'minElements']);
  const { include, exclude, minElements } = select;
  return {
    ...given('include', include, (list) => readSelectors('include', list)),
    ...given('exclude', exclude, (list) => readSelectors('exclude', list)),
    ...given('minElements', minElements, (least) => {
      requireWhole('a recipe', 'select.minElements', least);
      return least;
    }),
  };
}

function readSelectors(field: string, list: readonly SelectorRecipe[]): Selector[] {
  if (!Array.isArray(list)) {
    throw new TypeError(`a recipe needs select.${field} to be a list, got ${describe(list)}`);
  }
  return Array.from(list as readonly SelectorRecipe[], (selector, i): Selector => {
    if (typeof selector === 'string') return selector;
    const place = `select.${field}[${i}]`;
    requireOptions('a recipe', place, selector, ['matches', 'flags']);
    const { matches, flags = '' } = selector;
    try {
      if (typeof matches === 'string' && typeof flags === 'string') return new RegExp(matches, flags);
    } catch (cause) {
      throw new TypeError(
        `a recipe needs ${place}.matches to be a regular expression, got ${describe(matches)}`,
        {
          cause,
        },
      );
    }
    throw new TypeError(
      `a recipe needs ${place} to be a name or { matches, flags }, got ${describe(selector)}`,
    );
  });
}

function readScore(field: string, score: ScoreRecipe): RecipeScore {
  const keys = Object.fromEntries(Object.entries(SCORES).map(([kind, { keys }]) => [kind, keys]));
  requireKind('a recipe', field, score as unknown, keys);
  const { kind, ...options } = score;
  return SCORES[kind].create(options as never);
}

function readRegrowth(regrow: NonNullable<Recipe['regrow']>): NonNullable<RecipeOptions['regrow']> {
  requireOptions('a recipe', 'regrow', regrow, ['by', 'fraction', 'start', 'end']);
  const { by, ...exchange } = regrow;
  const { fraction } = exchange;
  requireFraction('a recipe', 'regrow.fraction', fraction);
  const falls = exchange.start !== undefined || exchange.end !== undefined;
  return {
    by: readScore('regrow.by', by),
    fraction: falls ? cosineFraction('a recipe', exchange) : fraction,
  };
}

function requireDistribution(distribution: NamedDistribution): NamedDistribution {
  if (typeof distribution === 'function')
    throw new TypeError('a recipe is data; its distribution has a name');
  return checkDistribution(distribution) as NamedDistribution;
}

function requirePattern(pattern: PatternOption): PatternOption {
  checkPattern(pattern);
  return pattern;
}

function requireFloor(floor: Floor): Floor {
  checkFloor(floor);
  return floor;
}

function chosen<Choice extends string>(field: string, value: Choice, choices: readonly Choice[]): Choice {
  requireChoice('a recipe', field, value, choices);
  return value;
}

function requireTruth(value: boolean): boolean {
  if (typeof value !== 'boolean') {
    throw new TypeError(`a recipe needs keepZeros to be true or false, got ${describe(value)}`);
  }
  return value;
}
