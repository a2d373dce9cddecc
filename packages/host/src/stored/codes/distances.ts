import type { CodeBook } from './code-book.js';
import { rowsOf } from './code-book.js';

/**
 * Codes that rank by their distance from the one that stands for zero: quantised integers, and sixteen-bit floats, whose
 * distance are the bits without the sign. A code is an unsigned integer in order once the bits of `flip` are turned, and
 * only those of `significant` are looked at.
 */
export interface Distances {
  readonly flip: number;
  readonly significant: number;
  /** The zero of each row, as such an integer. */
  readonly zeros: readonly number[];
  /** The magnitudes that a row's distances rank by, from 0 on, never falling; overwritten by the next call. */
  ranksOf(row: number): Int32Array;
}

/** Distances of a book that has no more are kept. */
const KEPT = 1 << 16;

const known = new WeakMap<CodeBook, Distances | null>();

/** How the codes of a book rank by distance; `undefined` where they rank otherwise, as with a scale of NaN. */
export function distancesOf(book: CodeBook): Distances | undefined {
  let found = known.get(book);
  if (found === undefined) {
    const top = 2 ** (book.bits - 1);
    const ways = [
      { flip: 0, significant: 2 * top - 1 },
      { flip: top, significant: 2 * top - 1 },
      { flip: 0, significant: top - 1 },
    ];
    found = null;
    for (const way of ways) found ??= inOrder(book, way) ?? null;
    known.set(book, found);
  }
  return found ?? undefined;
}

/** The distances of a book, if its codes are in order so. */
function inOrder(book: CodeBook, way: Way): Distances | undefined {
  const { flip, significant } = way;
  const { rows } = rowsOf(book);
  const size = 2 ** book.bits;
  const zeros = book.zeros.map((zero) => (zero ^ flip) & significant);
  // A dropped code becomes the very one that is told, of which the kernels know what counts.
  if (zeros.some((zero, row) => (zero ^ flip) !== book.zeros[row])) return undefined;
  const ranks = new Int32Array(size);
  const byDistance = new Int32Array(size);
  const read = (row: number): Int32Array => {
    book.magnitudes(row, ranks);
    return byDistance.subarray(0, arrange(ranks, zeros[row]!, way, byDistance));
  };
  for (let row = 0; row < rows; row += 1)
    if (!isInOrder(read(row), ranks, zeros[row]!, way)) return undefined;
  if (rows * size > KEPT) return { ...way, zeros, ranksOf: read };
  const all = Array.from({ length: rows }, (_, row) => read(row).slice());
  return { ...way, zeros, ranksOf: (row) => all[row]! };
}

type Way = Pick<Distances, 'flip' | 'significant'>;

// Outside of what is made anew for each book: there, engines would not have compiled them yet.

/** Arranges the magnitudes of codes by their distance from zero; returns how many distances there are. */
function arrange(ranks: Int32Array, zero: number, { flip, significant }: Way, into: Int32Array): number {
  const above = significant - zero;
  for (let distance = 0; distance <= above; distance += 1) into[distance] = ranks[(zero + distance) ^ flip]!;
  for (let distance = above + 1; distance <= zero; distance += 1)
    into[distance] = ranks[(zero - distance) ^ flip]!;
  return Math.max(above, zero) + 1;
}

/** Whether all codes rank as their distances do, and those do not fall. */
function isInOrder(
  byDistance: Int32Array,
  ranks: Int32Array,
  zero: number,
  { flip, significant }: Way,
): boolean {
  for (let code = 0; code < ranks.length; code += 1) {
    if (byDistance[Math.abs(((code ^ flip) & significant) - zero)] !== ranks[code]) return false;
  }
  for (let distance = 1; distance < byDistance.length; distance += 1) {
    if (byDistance[distance]! < byDistance[distance - 1]!) return false;
  }
  return true;
}
