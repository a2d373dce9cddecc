/** Above this a probability says yes. */
const YES = 0.5;

/** Sums over pairs of numbers, before (a) and after (b), in float64. */
export interface NumberSums {
  elements: number;
  /** Pairs that are both finite; pairs that are equal though infinite. */
  finite: number;
  equalInfinite: number;
  mean: number;
  /** Σ(a − mean)², and Σ(b − a)², of the finite pairs. */
  spread: number;
  error: number;
  yesBefore: number;
  yesAfter: number;
  yesBoth: number;
  /** Pairs with a NaN that say yes neither before nor after. */
  unknown: number;
  /** Answers before that are NaN. */
  nanBefore: number;
  /** Whether every answer before lies in [0, 1]. */
  inside: boolean;
}

/** What the pairs of one sample came to. */
export interface SampleSums {
  /** Σ(b − a)² of the finite pairs, and how many pairs there are. */
  readonly error: number;
  readonly elements: number;
  /** Pairs on different sides of 0.5, NaN included. */
  readonly wrong: number;
  /** Pairs that are neither finite nor equal. */
  readonly lost: number;
}

/** Sums of nothing. */
export function noSums(): NumberSums {
  return {
    elements: 0,
    finite: 0,
    equalInfinite: 0,
    mean: 0,
    spread: 0,
    error: 0,
    yesBefore: 0,
    yesAfter: 0,
    yesBoth: 0,
    unknown: 0,
    nanBefore: 0,
    inside: true,
  };
}

/** Adds the pairs from `from` to `to`. */
export function addNumbers(
  sums: NumberSums,
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  from: number,
  to: number,
): SampleSums {
  let [error, wrong, lost] = [0, 0, 0];
  for (let at = from; at < to; at += 1) {
    const [a, b] = [before[at]!, after[at]!];
    if (a < 0 || a > 1) sums.inside = false;
    const [yesBefore, yesAfter] = [a > YES, b > YES];
    if (yesBefore) sums.yesBefore += 1;
    if (yesAfter) sums.yesAfter += 1;
    if (yesBefore && yesAfter) sums.yesBoth += 1;
    const nowhere = Number.isNaN(a) || Number.isNaN(b);
    if (nowhere && !yesBefore && !yesAfter) sums.unknown += 1;
    if (Number.isNaN(a)) sums.nanBefore += 1;
    if (nowhere || yesBefore !== yesAfter) wrong += 1;
    if (Number.isFinite(a) && Number.isFinite(b)) {
      sums.finite += 1;
      // Welford's way: a mean far from 0 takes no digits from the spread.
      const step = a - sums.mean;
      sums.mean += step / sums.finite;
      sums.spread += step * (a - sums.mean);
      error += (b - a) ** 2;
    } else if (a === b) sums.equalInfinite += 1;
    else lost += 1;
  }
  sums.elements += to - from;
  sums.error += error;
  return { error, elements: to - from, wrong, lost };
}

/** Dice overlap of what says yes; a NaN counts as a yes that the other side does not share. */
export function overlapOf({ yesBefore, yesAfter, yesBoth, unknown }: Readonly<NumberSums>): number {
  const sum = yesBefore + yesAfter + unknown;
  return sum === 0 ? 1 : (2 * yesBoth) / sum;
}

/** Explained variance, not below 0, times the share of numbers that are there at all. */
export function explainedVariance({
  elements,
  finite,
  equalInfinite,
  spread,
  error,
}: Readonly<NumberSums>): number {
  const there = elements === 0 ? 1 : (finite + equalInfinite) / elements;
  if (error === 0) return there;
  return spread > 0 && Number.isFinite(error) ? Math.max(0, 1 - error / spread) * there : 0;
}
