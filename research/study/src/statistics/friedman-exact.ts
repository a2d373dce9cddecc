import { arrangements } from './arrangements.js';
import { checkTable } from './check.js';

/**
 * The most blocks an exact p is computed for, by the number of methods; each takes some seconds at most. Ten blocks
 * of four methods take a twentieth of a second.
 */
export const EXACT_BLOCKS: ReadonlyMap<number, number> = new Map([
  [2, 1000],
  [3, 150],
  [4, 30],
  [5, 11],
  [6, 5],
  [7, 2],
  [8, 2],
]);

/** An exact p, or why there is none. */
export type ExactFriedman =
  | { readonly p: number; readonly reason?: undefined }
  | { readonly p: null; readonly reason: string };

/**
 * The share of all arrangements of the ranks within their blocks whose rank sums lie as far apart as the ones at
 * hand or farther: P(Σⱼ Rⱼ² ≥ observed). `ranks[block][method]`, mid-ranks from 1.
 *
 * The distribution is built block by block. The methods are alike under the hypothesis, so that rank sums which
 * are permutations of one another are kept as one sorted list with their common probability; all arithmetic on
 * ranks is in whole numbers. The work grows with the number of such lists times k!, not with (k!)ⁿ. Beyond
 * {@link EXACT_BLOCKS} the answer is `p: null` with the reason.
 *
 * @example
 * exactFriedman([[1, 2], [1, 2], [1, 2]]).p; // 0.25
 *
 * @throws RangeError when the table is not rectangular, is smaller than 2 by 2, or holds what is no mid-rank.
 * @see M. A. van de Wiel, Exact null distributions of quadratic distribution-free statistics for two-way
 * classification (2004), doi:10.1016/S0378-3758(03)00023-0
 */
export function exactFriedman(ranks: readonly (readonly number[])[]): ExactFriedman {
  checkTable(ranks);
  const k = ranks[0]!.length;
  const strange = ranks.flat().find((rank) => !Number.isInteger(2 * rank) || rank < 1 || rank > k);
  if (strange !== undefined) throw new RangeError(`ranks must be halves in [1, ${k}], got ${strange}`);
  const limit = EXACT_BLOCKS.get(k) ?? 0;
  if (ranks.length > limit) {
    const reason = `an exact p for ${k} methods is computed for at most ${limit} blocks, got ${ranks.length}`;
    return { p: null, reason };
  }
  // No doubled rank sum reaches the base; base ** (k − 1) stays far below 2 ** 53 within the limits.
  const base = 2 * k * ranks.length + 1;
  // Twice the ranks are whole numbers. The block with the most arrangements costs nothing when it comes first.
  const blocks = ranks
    .map((row) => arrangements(row.map((rank) => 2 * rank)))
    .sort((a, b) => b.length - a.length);
  const observed = spread(ranks[0]!.map((_, j) => ranks.reduce((sum, row) => sum + 2 * row[j]!, 0)));

  let sums = new Map([[encode(blocks[0]![0]!, base), 1]]);
  let total = 2 * ranks[0]!.reduce((sum, rank) => sum + rank, 0);
  const at = new Array<number>(k).fill(0);
  const sum = new Array<number>(k).fill(0);
  let p = spread(blocks[0]![0]!) >= observed ? 1 : 0;
  for (const [i, block] of blocks.entries()) {
    if (i === 0) continue;
    const last = i === blocks.length - 1;
    const next = new Map<number, number>();
    p = 0;
    for (const [key, weight] of sums) {
      decode(key, base, total, at);
      const share = weight / block.length;
      for (const arrangement of block) {
        add(at, arrangement, sum);
        if (last) p += spread(sum) >= observed ? share : 0;
        else {
          const to = encode(sum, base);
          next.set(to, (next.get(to) ?? 0) + share);
        }
      }
    }
    sums = next;
    total += block[0]!.reduce((sum, rank) => sum + rank, 0);
  }
  return { p: Math.min(1, p) };
}

function spread(sums: readonly number[]): number {
  let total = 0;
  for (let j = 0; j < sums.length; j += 1) total += sums[j]! * sums[j]!;
  return total;
}

/** `sum = at + arrangement`, sorted as it is written. */
function add(at: readonly number[], arrangement: readonly number[], sum: number[]): void {
  for (let j = 0; j < at.length; j += 1) {
    const value = at[j]! + arrangement[j]!;
    let to = j;
    for (; to > 0 && sum[to - 1]! > value; to -= 1) sum[to] = sum[to - 1]!;
    sum[to] = value;
  }
}

/** One number for a sorted list of rank sums; the last one follows from the total. */
function encode(sums: readonly number[], base: number): number {
  let key = 0;
  for (let j = 0; j < sums.length - 1; j += 1) key = key * base + sums[j]!;
  return key;
}

function decode(key: number, base: number, total: number, sums: number[]): void {
  let rest = total;
  let left = key;
  for (let j = sums.length - 2; j >= 0; j -= 1) {
    sums[j] = left % base;
    rest -= sums[j]!;
    left = Math.floor(left / base);
  }
  sums[sums.length - 1] = rest;
}
