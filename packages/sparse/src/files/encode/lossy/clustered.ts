import { CLUSTERED } from '../../decode/format.js';
import { keepCodes, type LossyPlan } from './plan.js';

const MOST_CLUSTERS = 256;
/** Kept values for which one entry of the codebook pays. */
const VALUES_A_CLUSTER = 32;
/** Of tensors with few kept values, which fewer clusters would ruin: 64 bytes at most. */
const LEAST_CLUSTERS = 16;
const MOST_ROUNDS = 30;

/**
 * Values as indices of a codebook: the means of clusters, found by Lloyd's rounds from the quantiles on, so that equal
 * weights give equal files. `undefined` where a value is not finite.
 */
export function planClustered(floats: Float32Array): LossyPlan | undefined {
  if (!floats.every(Number.isFinite)) return undefined;
  const sorted = floats.filter((value) => value !== 0).sort();
  const most = Math.max(LEAST_CLUSTERS, Math.ceil(sorted.length / VALUES_A_CLUSTER));
  const book = clusters(sorted, Math.min(MOST_CLUSTERS, most, sorted.length));
  return {
    round: (part) => {
      const codeOf = (value: number): number => nearest(book, value);
      const { positions, planes } = keepCodes(part.length, (i) =>
        part[i] === 0 ? undefined : codeOf(part[i]!),
      );
      return {
        piece: { positions, planes, table: book, elements: part.length, coding: CLUSTERED },
        values: part.map((value) => (value === 0 ? 0 : book[codeOf(value)]!)),
      };
    },
  };
}

/** Rising means of clusters of sorted values, at least one; the values themselves where there are no more than `count`. */
function clusters(sorted: Float32Array, count: number): Float32Array<ArrayBuffer> {
  const sums = new Float64Array(sorted.length + 1);
  sorted.forEach((value, i) => {
    sums[i + 1] = sums[i]! + value;
  });
  const starts = new Set(quantiles(sorted, count));
  // Where values occur often, quantiles of different ones, so that the rare are not left out.
  let book = Float32Array.from(
    starts.size < count ? new Set(quantiles(Float32Array.from(new Set(sorted)), count)) : starts,
  );
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const ends = Array.from(book, (center, i) =>
      i + 1 < book.length ? firstAbove(sorted, (center + book[i + 1]!) / 2) : sorted.length,
    );
    const next = book.map((center, i) => {
      const from = ends[i - 1] ?? 0;
      const to = ends[i]!;
      return to > from ? (sums[to]! - sums[from]!) / (to - from) : center;
    });
    if (next.every((center, i) => center === book[i])) break;
    book = next;
  }
  return book.length > 0 ? book : new Float32Array(1);
}

function quantiles(sorted: Float32Array, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / count)]!);
}

function firstAbove(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Index of the nearest entry; of two as near, the lower. */
function nearest(book: Float32Array, value: number): number {
  const above = Math.min(book.length - 1, firstAbove(book, value));
  const below = Math.max(0, above - 1);
  return Math.abs(book[above]! - value) < Math.abs(value - book[below]!) ? above : below;
}
