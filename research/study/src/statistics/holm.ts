import { checkRange } from './check.js';

/**
 * Holm's correction of m p-values for having looked at all of them, in the order they came:
 * `max over j ≤ i of min(1, (m − j + 1) p₍ⱼ₎)`. An empty list gives an empty one.
 *
 * @example
 * holm([0.01, 0.04, 0.03]); // [0.03, 0.06, 0.06]
 *
 * @throws RangeError for NaN and for numbers outside [0, 1].
 * @see S. Holm, A simple sequentially rejective multiple test procedure (1979), https://www.jstor.org/stable/4615733
 */
export function holm(ps: readonly number[]): number[] {
  for (const p of ps) checkRange('p', p, 0, 1);
  const adjusted = new Array<number>(ps.length);
  const order = ps.map((_, i) => i).sort((i, j) => ps[i]! - ps[j]!);
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.min(1, Math.max(largest, (ps.length - rank) * ps[i]!));
    adjusted[i] = largest;
  });
  return adjusted;
}
