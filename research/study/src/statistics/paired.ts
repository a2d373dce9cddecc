import { checkBetween, checkFinite } from './check.js';
import { studentQuantile } from './student.js';

/** The two ends of an interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A mean and how sure it is. */
export interface MeanInterval {
  readonly count: number;
  readonly mean: number;
  /** With n − 1 in the denominator; `null` for one value, as is the interval. */
  readonly standardDeviation: number | null;
  readonly interval: Interval | null;
}

/**
 * The mean of independent values with Student's interval, `x̄ ± t(1 − (1 − level)/2, n − 1) s / √n`, for a level in
 * (0, 1).
 *
 * @example
 * meanInterval([1, 2, 3]).interval; // { low: -0.4841..., high: 4.4841... }
 *
 * @throws RangeError for an empty list, for values that are not finite, and for a level out of range.
 * @see Student, The probable error of a mean (1908), doi:10.2307/2331554
 */
export function meanInterval(values: ArrayLike<number>, level = 0.95): MeanInterval {
  checkFinite('values', values, 1);
  checkBetween('level', level, 0, 1);
  const count = values.length;
  const mean = average(values);
  if (count === 1) return { count, mean, standardDeviation: null, interval: null };
  const squares = Array.from(values, (value) => (value - mean) ** 2).reduce((sum, square) => sum + square, 0);
  const standardDeviation = Math.sqrt(squares / (count - 1));
  const reach = (studentQuantile((1 + level) / 2, count - 1) * standardDeviation) / Math.sqrt(count);
  return { count, mean, standardDeviation, interval: { low: mean - reach, high: mean + reach } };
}

/** The runs of one block: the same seeds (or folds) with and without what is tested. */
export interface PairedBlock {
  readonly treatment: ArrayLike<number>;
  readonly control: ArrayLike<number>;
}

/** A difference between two methods, over independent blocks. */
export interface PairedDifference {
  /** Treatment less control, in the unit of the values. */
  readonly difference: MeanInterval;
  /** The same in per cent of the control's mean in each block; negative means less error. */
  readonly relativePercent: MeanInterval;
  /** Of every block, in order: treatment's mean less control's mean. */
  readonly byBlock: readonly number[];
}

/**
 * How much a treatment changes, over blocks that hold several paired runs each. Runs of a block are averaged
 * first, `dᵢ = mean treatmentᵢ − mean controlᵢ` and `100 dᵢ / mean controlᵢ`, and the interval is Student's over
 * the blocks: runs of one block are alike, and counting them as independent would make the interval too narrow.
 * To compare the runs of a single block, hand over each pair as a block of its own; the interval then speaks of
 * new runs in that block only.
 *
 * @example
 * pairedDifference([{ treatment: [1, 2], control: [2, 3] }, { treatment: [3], control: [4] }]).difference.mean; // −1
 *
 * @throws RangeError for no blocks, for blocks of unequal or no runs, for values that are not finite, for a
 * control whose mean is not above 0, and for a level outside (0, 1).
 */
export function pairedDifference(blocks: readonly PairedBlock[], level = 0.95): PairedDifference {
  if (blocks.length === 0) throw new RangeError('at least 1 block is needed, got 0');
  const means = blocks.map(({ treatment, control }, i) => {
    checkFinite(`treatment of block ${i}`, treatment, 1);
    checkFinite(`control of block ${i}`, control, 1);
    if (treatment.length !== control.length) {
      throw new RangeError(`block ${i} must hold pairs, got ${treatment.length} and ${control.length} runs`);
    }
    const base = average(control);
    if (base <= 0) throw new RangeError(`the control's mean of block ${i} must be above 0, got ${base}`);
    return { difference: average(Array.from(treatment, (value, j) => value - control[j]!)), base };
  });
  return {
    difference: meanInterval(
      means.map(({ difference }) => difference),
      level,
    ),
    relativePercent: meanInterval(
      means.map(({ difference, base }) => (100 * difference) / base),
      level,
    ),
    byBlock: means.map(({ difference }) => difference),
  };
}

function average(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
