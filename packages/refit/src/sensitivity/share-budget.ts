import type { Slope } from './convex-loss.js';

/** One that takes part in a budget. */
export interface Sharer {
  readonly elements: number;
  /** The most it may give. */
  readonly most: number;
  readonly loss: readonly Slope[];
}

/** Halvings until two prices are neighbours in float64. */
const HALVINGS = 200;

/**
 * How many elements each gives, so that together they give `budget` and lose least:
 * `Σ loss(s) + evenness · Σ (elements / all) · s²` with `s` the sparsity of each. Exact about the budget; what is given
 * never falls when the budget rises.
 *
 * All pay one price for an element (the multiplier of the budget), and the price is found by halving.
 *
 * @param budget at most the sum of `most`
 * @param evenness above 0
 */
export function shareBudget(sharers: readonly Sharer[], budget: number, evenness: number): number[] {
  const total = sharers.reduce((sum, { elements }) => sum + elements, 0);
  const givenAt = (price: number) => sharers.map((sharer) => wholeAt(sharer, total, price, evenness));
  const sumOf = (given: readonly number[]) => given.reduce((sum, count) => sum + count, 0);
  const rates = sharers.map(({ loss, elements }) => ((loss.at(-1)?.rate ?? 0) * total) / elements);
  let [low, high] = [0, Math.max(0, ...rates) + 3 * evenness];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (sumOf(givenAt(middle)) <= budget) low = middle;
    else high = middle;
  }
  // Between neighbouring prices only ties are left: the first in order give first.
  const [given, next] = [givenAt(low), givenAt(high)];
  let left = budget - sumOf(given);
  for (let i = 0; i < given.length && left > 0; i += 1) {
    const more = Math.min(left, Math.max(0, next[i]! - given[i]!));
    given[i]! += more;
    left -= more;
  }
  return given;
}

/** Whole elements that one gives at a price. */
function wholeAt({ elements, most, loss }: Sharer, total: number, price: number, evenness: number): number {
  const share = elements / total;
  let sparsity = 0;
  let start = 0;
  for (const { end, rate } of loss) {
    // Where rate / share + 2 · evenness · s reaches the price.
    const reached = (price - rate / share) / (2 * evenness);
    if (reached <= start) break;
    sparsity = Math.min(reached, end);
    if (reached < end) break;
    start = end;
  }
  return Math.min(most, Math.floor(sparsity * elements * (1 + 2 ** -48)));
}
