import { requireFinite, requireFraction, requireOptions, requireWhole } from '../checks/require.js';
import { type Schedule, withEnd } from './schedule.js';

/** How much of what is left goes, and how often. */
export interface Amounts {
  /** Fraction of what is left that goes at each round, in [0, 1]. */
  readonly amount: number;
  /** Position of the first round. 0 unless told. */
  readonly start?: number;
  /** Positions from one round to the next. 1 unless told. */
  readonly every?: number;
  /** How many rounds. Without end unless told. */
  readonly times?: number;
}

export const AMOUNTS: readonly string[] = ['amount', 'start', 'every', 'times'];

/**
 * Iterative pruning by a fraction of what is **left**: after `n` rounds the sparsity is `1 − (1 − amount)ⁿ`, where
 * `n = ⌊(position − start) / every⌋ + 1`, at most `times`; 0 before `start`. A sparsity of this library is of everything;
 * this is how one says it as `torch.nn.utils.prune` and lottery tickets do. The power is multiplied out, so that it has
 * the same bits everywhere.
 *
 * @throws TypeError | RangeError when a field is unknown, no number, or out of its range
 * @see Han et al. 2015, https://arxiv.org/abs/1506.02626; Frankle & Carbin 2019, https://arxiv.org/abs/1803.03635
 *
 * @example
 * ```ts
 * import { amountOfRemaining } from '@synaprune/core/methods';
 *
 * const schedule = amountOfRemaining({ amount: 0.2, start: 1, times: 3 });
 * console.log([0, 1, 2, 3, 4].map((round) => schedule(round).toFixed(3)).join()); // 0.000,0.200,0.360,0.488,0.488
 * ```
 */
export function amountOfRemaining(options: Amounts): Schedule {
  requireOptions('amountOfRemaining', '', options, AMOUNTS);
  const { amount, start = 0, every = 1, times = Number.POSITIVE_INFINITY } = options;
  requireFraction('amountOfRemaining', 'amount', amount);
  requireFinite('amountOfRemaining', 'start', start);
  requireFinite('amountOfRemaining', 'every', every);
  if (every <= 0) throw new RangeError(`amountOfRemaining needs every above 0, got ${every}`);
  if (options.times !== undefined) requireWhole('amountOfRemaining', 'times', times, 1);
  const after = (rounds: number): number => 1 - power(1 - amount, rounds);
  const sparsityAt = (position: number): number =>
    position < start ? 0 : after(Math.min(times, Math.floor((position - start) / every) + 1));
  return times === Number.POSITIVE_INFINITY
    ? sparsityAt
    : withEnd(sparsityAt, { to: after(times), end: start + (times - 1) * every });
}

/** By squares, because `**` may have another last bit in another engine. */
function power(base: number, exponent: number): number {
  let [result, square, left] = [1, base, exponent];
  while (left > 0 && result > 0) {
    if (left % 2 === 1) result *= square;
    square *= square;
    left = Math.floor(left / 2);
  }
  return result;
}
