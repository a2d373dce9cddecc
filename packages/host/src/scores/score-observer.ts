import {
  type NamedWeight,
  type ObservedScore,
  PruneError,
  packMemory,
  type ScoreObserver,
  type Signal,
  type Signals,
  unpackMemory,
} from '@synaprune/core';
import {
  describe,
  elementsOf,
  listNames,
  nothingObserved,
  quote,
  requireBroadcast,
  requireObservedScore,
  requireOptions,
  SHOWN_SIGNALS,
} from '@synaprune/core/checks';
import { hostBackend } from '../host-backend.js';
import type { HostWeight } from '../host-weight.js';
import { broadcastTo, type HostValue, hostArithmetic } from './host-arithmetic.js';

/** What a step showed: of each signal but the weights, which are looked at, a value for each weight by its name. */
export type HostSignals = {
  readonly [signal in Exclude<Signal, 'weight'>]?: Readonly<Record<string, Float32Array | HostValue>>;
};

/** An observer of a loop of one's own, over weights in main memory. Made by {@link createScoreObserver}. */
export interface HostScoreObserver extends ScoreObserver<HostWeight> {
  /**
   * Takes in one step, before the optimizer changes the weights. All weights or none.
   *
   * @param signals what the score needs, for every weight: bare values of the weight's shape, or with a shape that
   *   broadcasts to it, such as `[inputs, 1]`
   * @throws TypeError when a signal is missing or of a wrong type
   * @throws PruneError `score-mismatch` when one does not broadcast to the weight's shape
   */
  observe(signals: HostSignals): void;
}

/**
 * Looks at a training loop of one's own, for a score that ranks by what training shows. It goes to `createPruner` as the
 * `score`, and is saved and restored with the pruner.
 *
 * @param options.weights those of the pruner, or more of them, by the same names
 * @throws TypeError when an option is unknown or of a wrong type
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner, movementScore } from '@synaprune/core';
 * import { createScoreObserver, hostBackend } from '@synaprune/host';
 *
 * const weights = [{ name: 'kernel', weight: Float32Array.of(5, -1, 2, 3) }];
 * const observer = createScoreObserver({ score: movementScore(), weights });
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights,
 *   schedule: constantSparsity(0.5),
 *   score: observer,
 * });
 * for (let step = 0; step < 3; step += 1) {
 *   // What backpropagation gave; descending moves the first towards zero, and the last away from it.
 *   observer.observe({ gradient: { kernel: Float32Array.of(1, 0.5, 0.1, -1) } });
 * }
 * await pruner.update(0);
 * console.log(weights[0]!.weight.join()); // 0,-1,0,3
 * ```
 */
export function createScoreObserver(options: {
  readonly score: ObservedScore;
  readonly weights: readonly NamedWeight<HostWeight>[];
}): HostScoreObserver {
  requireOptions('createScoreObserver', '', options, ['score', 'weights']);
  const { score, weights } = options;
  requireObservedScore('createScoreObserver', score);
  if (!Array.isArray(weights)) {
    throw new TypeError(`createScoreObserver needs weights to be an array, got ${describe(weights)}`);
  }
  const backend = hostBackend();
  const observed = new Map(weights.map(({ name, weight }) => [name, weight]));
  const keys = Object.keys(score.memory);
  /** What is remembered of each weight, by its name; `undefined` before the first step. */
  let memories: ReadonlyMap<string, Readonly<Record<string, HostValue>>> | undefined;

  const looked = (weight: HostWeight): HostValue => ({
    shape: backend.shape(weight),
    // Verbs of the host answer at once.
    values: backend.read!(weight) as Float32Array,
  });
  const requireObserved = (named: readonly NamedWeight<HostWeight>[]): void => {
    const missing = named.filter(({ name }) => !observed.has(name)).map(({ name }) => name);
    if (missing.length === 0) return;
    throw new PruneError(
      'score-mismatch',
      `the observer looks at ${listNames([...observed.keys()])}, and not at ${listNames(missing)}`,
    );
  };

  return {
    kind: 'observer',
    score,
    observe(signals) {
      requireOptions('observe', '', signals, SHOWN_SIGNALS);
      memories = new Map(
        [...observed].map(([name, weight]) => {
          const own = looked(weight);
          const seen = signalsOf(score.needs, signals, name, own);
          const before =
            memories?.get(name) ?? Object.fromEntries(keys.map((key) => [key, hostArithmetic.scalar(0)]));
          return [name, ownMemory(score.observe(hostArithmetic, seen, before), Object.values(seen))];
        }),
      );
    },
    rank(named) {
      requireObserved(named);
      const seen = memories;
      if (seen === undefined) throw nothingObserved(score);
      const tensors = named.map(({ name, weight }) => {
        const own = looked(weight);
        return broadcastTo(score.rank(hostArithmetic, own, seen.get(name)!), own.shape);
      });
      return { tensors, close: () => {} };
    },
    save(named) {
      requireObserved(named);
      const seen = memories;
      if (seen === undefined) return undefined;
      return packMemory(named.flatMap(({ name }) => keys.map((key) => seen.get(name)![key]!)));
    },
    open(memory, named) {
      requireObserved(named);
      const fresh = memory === undefined ? undefined : new Map(memories);
      for (const [i, opened] of (memory === undefined
        ? []
        : unpackMemory(memory, named.length * keys.length)
      ).entries()) {
        const { name, weight } = named[Math.floor(i / keys.length)]!;
        requireBroadcast(
          'state-mismatch',
          `${keys[i % keys.length]!} of ${quote(name)}`,
          opened.shape,
          backend.shape(weight),
        );
        const known = i % keys.length === 0 ? {} : fresh!.get(name);
        fresh!.set(name, { ...known, [keys[i % keys.length]!]: opened });
      }
      return {
        commit() {
          memories = fresh;
        },
        discard() {},
      };
    },
  };
}

/** The signals of one weight, each of a shape that broadcasts to the weight's. */
function signalsOf(
  needs: readonly Signal[],
  signals: HostSignals,
  name: string,
  weight: HostValue,
): Signals<HostValue> {
  const given = needs.map((signal) => {
    if (signal === 'weight') return [signal, weight] as const;
    const one = signals[signal]?.[name];
    const value = one instanceof Float32Array ? { shape: weight.shape, values: one } : one;
    if (!(value?.values instanceof Float32Array) || value.values.length !== elementsOf(value.shape)) {
      throw new TypeError(
        `observe needs ${signal} of ${quote(name)} as a Float32Array, or as { shape, values } that fill their shape; ` +
          `got ${describe(one)}`,
      );
    }
    requireBroadcast('score-mismatch', `${signal} of ${quote(name)}`, value.shape, weight.shape);
    return [signal, value] as const;
  });
  return Object.fromEntries(given) as Signals<HostValue>;
}

/** What is to be remembered, with copies of what is the caller's: signals as they came, which will change. */
function ownMemory(
  memory: Readonly<Record<string, HostValue>>,
  given: readonly HostValue[],
): Readonly<Record<string, HostValue>> {
  const own = ({ shape, values }: HostValue): HostValue => ({
    shape,
    values: given.some((signal) => signal.values === values) ? values.slice() : values,
  });
  return Object.fromEntries(Object.entries(memory).map(([key, value]) => [key, own(value)]));
}
