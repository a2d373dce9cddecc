import { checkFinite, checkRange } from './check.js';

/**
 * The bars of a critical-difference diagram: all largest groups of two or more methods of which no two mean ranks
 * are `difference` or more apart. Each group lists the methods' places in `ranks`, best rank first; groups come in
 * the order of their best method and may overlap.
 *
 * @example
 * cliques([1.2, 3.4, 2.1, 3.9], 1.5); // [[0, 2], [2, 1], [1, 3]]
 *
 * @throws RangeError for fewer than 2 ranks, for NaN, and for a difference that is not above 0.
 * @see J. Demšar (2006), section 3.2.4, https://jmlr.org/papers/v7/demsar06a.html
 */
export function cliques(ranks: readonly number[], difference: number): number[][] {
  checkFinite('ranks', ranks, 2);
  checkRange('the difference', difference, Number.MIN_VALUE, Number.POSITIVE_INFINITY);
  const order = ranks.map((_, i) => i).sort((i, j) => ranks[i]! - ranks[j]!);
  const groups: number[][] = [];
  let reached = 0;
  for (let from = 0; from < order.length; from += 1) {
    let to = from;
    while (to < order.length && ranks[order[to]!]! - ranks[order[from]!]! < difference) to += 1;
    // A group that reaches no farther than the one before lies inside it.
    if (to > reached && to - from > 1) groups.push(order.slice(from, to));
    reached = Math.max(reached, to);
  }
  return groups;
}
