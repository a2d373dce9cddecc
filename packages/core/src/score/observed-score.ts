import { describe, quote } from '../checks/legible.js';
import { isRecord, requireOptions } from '../checks/require.js';
import type { Arithmetic } from './arithmetic.js';

/**
 * What of training a score may look at, for each weight.
 *
 * | signal | what | shape |
 * |---|---|---|
 * | `weight` | the values that a step was taken from | the weight's |
 * | `gradient` | of the loss, dropped elements too, not masked and not clipped | the weight's |
 * | `secondMoment` | Adam's `v` after the step, or RMSprop's mean square | the weight's |
 * | `inputSquare` | what comes in at each input, squared, its mean over the batch and all positions | 1 but along the axis of inputs |
 * | `inputMagnitude` | the same of its magnitude, `mean |x|` | the same |
 * | `outputMagnitude` | `mean |y|` of what each unit puts out, bias and activation included | 1 but along the axis of units |
 */
export type Signal =
  | 'weight'
  | 'gradient'
  | 'secondMoment'
  | 'inputSquare'
  | 'inputMagnitude'
  | 'outputMagnitude';

const SIGNALS: readonly Signal[] = [
  'weight',
  'gradient',
  'secondMoment',
  'inputSquare',
  'inputMagnitude',
  'outputMagnitude',
];

/** The signals that a score looks at, each a value. */
export type Signals<Value> = Readonly<Record<Signal, Value>>;

/**
 * A score that looks at training: what it needs of each step, what it remembers, and how elements rank by that. Two
 * pure functions over any {@link Arithmetic}, so that one definition is reckoned in main memory, in a runtime's tensors
 * and inside a training graph. Made by {@link saliencyScore} and the like, or by {@link observedScore}.
 */
export interface ObservedScore {
  readonly kind: 'observed';
  /** What a saved state calls it. */
  readonly name: string;
  /** Its settings, for saved states. */
  readonly options: Readonly<Record<string, string | number>>;
  readonly needs: readonly Signal[];
  /** What it remembers, by name, and the signal whose shape that has. Zero before the first step. */
  readonly memory: Readonly<Record<string, Signal>>;
  /** What it remembers after a step. Only the signals that it {@link ObservedScore.needs} are there. */
  observe<Value>(
    arithmetic: Arithmetic<Value>,
    signals: Signals<Value>,
    memory: Readonly<Record<string, Value>>,
  ): Readonly<Record<string, Value>>;
  /**
   * What ranks the elements, by magnitude, lowest first to go; broadcast to the weight's shape. Reckoned when masks are
   * brought up to date, of the weight as it is then.
   */
  rank<Value>(arithmetic: Arithmetic<Value>, weight: Value, memory: Readonly<Record<string, Value>>): Value;
}

/** Longest name of a score or of what it remembers. */
const LONGEST = 100;

/**
 * A score of one's own, from what training shows.
 *
 * @throws TypeError when something of it is missing or of a wrong type; and from its own functions, where they do not give
 *   values of the arithmetic: `observe` one of each name in `memory`, `rank` one
 *
 * @example Weights whose gradients are steady rank high:
 * ```ts
 * import { observedScore } from '@synaprune/core';
 *
 * const steadiness = observedScore({
 *   name: 'steadiness',
 *   needs: ['gradient'],
 *   memory: { average: 'gradient' },
 *   observe: ({ add, multiply, scalar }, { gradient }, { average }) => ({
 *     average: add(multiply(average!, scalar(0.9)), multiply(gradient, scalar(0.1))),
 *   }),
 *   rank: (_, __, { average }) => average!,
 * });
 * console.log(steadiness.name); // steadiness
 * ```
 */
export function observedScore(definition: {
  readonly name: string;
  readonly options?: ObservedScore['options'];
  readonly needs: ObservedScore['needs'];
  readonly memory: ObservedScore['memory'];
  readonly observe: ObservedScore['observe'];
  readonly rank: ObservedScore['rank'];
}): ObservedScore {
  requireOptions('observedScore', '', definition, ['name', 'options', 'needs', 'memory', 'observe', 'rank']);
  const { name, options = {}, needs, memory, observe, rank } = definition;
  const wrong = [
    !isName(name) && `name to be a text of 1 to ${LONGEST} characters, got ${describe(name)}`,
    !isRecord(options) && `options to be an object, got ${describe(options)}`,
    !(Array.isArray(needs) && needs.every(isSignal)) &&
      `needs to be a list of ${SIGNALS.join(', ')}, got ${describe(needs)}`,
    !(isRecord(memory) && Object.entries(memory).every(([key, shape]) => isName(key) && isSignal(shape))) &&
      `memory to be an object that names the signal whose shape each has, got ${describe(memory)}`,
    typeof observe !== 'function' && `observe to be a function, got ${describe(observe)}`,
    typeof rank !== 'function' && `rank to be a function, got ${describe(rank)}`,
  ].find((text) => text !== false);
  if (wrong !== undefined) throw new TypeError(`observedScore needs ${wrong}`);
  const requireValue = (what: string, value: unknown, like: unknown): void => {
    if (value !== null && typeof value === typeof like) return;
    throw new TypeError(
      `the score ${quote(name)} needs ${what}, a value as scalar(0) of the arithmetic is; got ${describe(value)}`,
    );
  };
  return {
    kind: 'observed',
    name,
    options,
    needs,
    memory,
    observe(arithmetic, signals, before) {
      const after = observe(arithmetic, signals, before);
      for (const key of Object.keys(memory)) {
        requireValue(`observe to give ${quote(key)}`, after?.[key], before[key]);
      }
      return after;
    },
    rank(arithmetic, weight, remembered) {
      const ranked = rank(arithmetic, weight, remembered);
      requireValue('rank to give what ranks', ranked, weight);
      return ranked;
    },
  };
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST;
}

function isSignal(value: unknown): value is Signal {
  return SIGNALS.includes(value as Signal);
}
