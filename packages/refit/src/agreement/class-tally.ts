/** What is between 1 and the sum of a distribution that was rounded to half precision. */
const ROUNDING = 5e-3;

/** Where the classes of an answer stand: elements `from + class · stride` of each position. */
export interface ClassLayout {
  /** Positions before the axis and after it. */
  readonly outer: number;
  readonly inner: number;
  readonly classes: number;
}

/** How positions of two answers compare. */
export interface ClassCount {
  readonly positions: number;
  /** Positions whose largest entry is at the same place in both; the first, of several. NaN is nowhere. */
  readonly same: number;
  /** Whether the answers before are a distribution at each position; those with NaN do not count. */
  readonly distributions: boolean;
}

/** Sizes around an axis. */
export function classLayout(dims: readonly number[], axis: number): ClassLayout {
  const size = (part: readonly number[]) => part.reduce((product, edge) => product * edge, 1);
  return { outer: size(dims.slice(0, axis)), inner: size(dims.slice(axis + 1)), classes: dims[axis] ?? 1 };
}

/** Compares the classes of two answers, before the axis from position `from` to `to`. */
export function countClasses(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  { outer: length, inner, classes }: ClassLayout,
  from = 0,
  to: number = length,
): ClassCount {
  let same = 0;
  let distributions = classes > 1;
  for (let outer = from; outer < to; outer += 1) {
    for (let at = 0; at < inner; at += 1) {
      const start = outer * classes * inner + at;
      let [first, second] = [0, 0];
      let sum = 0;
      let [least, unordered, unorderedAfter] = [0, false, false];
      for (let one = 0; one < classes; one += 1) {
        const [a, b] = [before[start + one * inner]!, after[start + one * inner]!];
        if (a > before[start + first * inner]!) first = one;
        if (b > after[start + second * inner]!) second = one;
        if (a < least) least = a;
        sum += a;
        unordered ||= Number.isNaN(a);
        unorderedAfter ||= Number.isNaN(b);
      }
      if (!unordered && !unorderedAfter && first === second) same += 1;
      if (!unordered && (least < 0 || !(Math.abs(sum - 1) <= ROUNDING))) distributions = false;
    }
  }
  return { positions: (to - from) * inner, same, distributions };
}
