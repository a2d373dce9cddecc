import { requireList, requireOptions, requireThat, requireWhole } from '@synaprune/core/checks';

/** How long two models take, in milliseconds a run. */
export interface Times {
  /** Median of all runs. */
  readonly before: number;
  readonly after: number;
  /**
   * Median over the rounds of how many times faster the second one was than the first, one after the other. Where a clock
   * as coarse as that of browsers shows nothing of some run: of all rounds together; NaN when it shows nothing of any.
   */
  readonly speedup: number;
  /** Runs of each. */
  readonly rounds: number;
}

/** What bounds the rounds: a machine that is busy for a moment spoils few of many. */
export interface Rounds {
  readonly most: number;
  readonly fewest: number;
  /** No round begins after so many milliseconds, but for the fewest. */
  readonly budget: number;
  readonly signal?: AbortSignal | undefined;
  readonly onRound?: ((done: number) => void) | undefined;
}

/**
 * Times two models in turn, so that what else the machine does falls on both alike: each round the next input, and who
 * comes first changes from round to round. What a runtime does once, for a model or an input, is the caller's to have
 * done before.
 *
 * @param time runs one of the two, and says in how many milliseconds
 * @throws TypeError | RangeError when an argument is none of these, or there are no inputs
 */
export async function timeInTurn<Input>(
  time: (which: 'before' | 'after', input: Input) => Promise<number>,
  inputs: readonly Input[],
  rounds: Rounds,
): Promise<Times> {
  requireThat('timeInTurn', 'time', time, 'a function', typeof time === 'function');
  requireList('timeInTurn', 'inputs', inputs);
  if (inputs.length === 0) throw new RangeError('timeInTurn needs inputs to be one or more, got none');
  requireOptions('timeInTurn', 'rounds', rounds, ['most', 'fewest', 'budget', 'signal', 'onRound']);
  const { most, fewest, budget, signal, onRound } = rounds as Rounds;
  // Either may be without bounds, as long as the other is not.
  if (most !== Number.POSITIVE_INFINITY) requireWhole('timeInTurn', 'rounds.most', most, 1);
  requireWhole('timeInTurn', 'rounds.fewest', fewest);
  const isBudget = typeof budget === 'number' && !Number.isNaN(budget);
  requireThat('timeInTurn', 'rounds.budget', budget, 'a number of milliseconds', isBudget);
  const times: { readonly before: number; readonly after: number }[] = [];
  const started = performance.now();
  while (times.length < most) {
    if (times.length >= fewest && performance.now() - started > budget) break;
    signal?.throwIfAborted();
    const input = inputs[times.length % inputs.length]!;
    if (times.length % 2 === 0) {
      const before = await time('before', input);
      times.push({ before, after: await time('after', input) });
    } else {
      const after = await time('after', input);
      times.push({ before: await time('before', input), after });
    }
    onRound?.(times.length);
  }
  return {
    before: median(times.map((each) => each.before)),
    after: median(times.map((each) => each.after)),
    speedup: speedupOf(times),
    rounds: times.length,
  };
}

function speedupOf(times: readonly { readonly before: number; readonly after: number }[]): number {
  const seen = times.every(({ before, after }) => before > 0 && after > 0);
  if (seen) return median(times.map(({ before, after }) => before / after));
  const total = (which: 'before' | 'after') => times.reduce((sum, each) => sum + each[which], 0);
  return total('before') / total('after');
}

/** The middle of some numbers, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
