/** Bits of a digit. A table of 2¹¹ counts stays in the first-level cache. */
const WIDTH = 11;

const table = new Uint32Array(1 << WIDTH);

/**
 * The `rank`-th smallest (from 0) of the first `count` integers, all in [least, most], and its rank among its
 * equals. Radix selection from the top digit down; the integers are moved about.
 */
export function selectAmong(
  values: Int32Array,
  count: number,
  rank: number,
  least: number,
  most: number,
): { readonly magnitude: number; readonly rank: number } {
  let base = least;
  let left = rank;
  let length = count;
  let shift = 32 - Math.clz32(most - least);
  while (shift > 0) {
    shift = Math.max(0, shift - WIDTH);
    table.fill(0);
    for (let i = 0; i < length; i += 1) table[(values[i]! - base) >>> shift]! += 1;
    let digit = 0;
    for (; table[digit]! <= left; digit += 1) left -= table[digit]!;
    base += digit << shift;
    let to = 0;
    for (let i = 0; i < length; i += 1) {
      const value = values[i]!;
      values[to] = value;
      // Written always, kept only if it has the digit: no branch to mispredict.
      to += Number((value - base) >>> shift === 0);
    }
    length = to;
  }
  return { magnitude: base, rank: left };
}
