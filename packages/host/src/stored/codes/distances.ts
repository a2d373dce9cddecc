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
function inOrder(book: CodeBook, way: Pick<Distances, 'flip' | 'significant'>): Distances | undefined {
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
    const zero = zeros[row]!;
    const above = significant - zero;
    for (let distance = 0; distance <= above; distance += 1)
      byDistance[distance] = ranks[(zero + distance) ^ flip]!;
    for (let distance = above + 1; distance <= zero; distance += 1)
      byDistance[distance] = ranks[(zero - distance) ^ flip]!;
    return byDistance.subarray(0, Math.max(above, zero) + 1);
  };
  const holds = (row: number): boolean => {
    const ordered = read(row);
    for (let code = 0; code < size; code += 1) {
      if (ordered[Math.abs(((code ^ flip) & significant) - zeros[row]!)] !== ranks[code]) return false;
    }
    for (let distance = 1; distance < ordered.length; distance += 1) {
      if (ordered[distance]! < ordered[distance - 1]!) return false;
    }
    return true;
  };
  for (let row = 0; row < rows; row += 1) if (!holds(row)) return undefined;
  if (rows * size > KEPT) return { ...way, zeros, ranksOf: read };
  const all = Array.from({ length: rows }, (_, row) => read(row).slice());
  return { ...way, zeros, ranksOf: (row) => all[row]! };
}
