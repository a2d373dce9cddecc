/**
 * What codes of 8 or 16 bits stand for: quantised integers, sixteen-bit floats. Elements rank by a table, and what is
 * dropped becomes the code that stands for zero. Weights that share a book are ranked with one table.
 */
export interface CodeBook {
  readonly bits: 8 | 16;
  /**
   * How many rows there are, as where every channel has a scale of its own: 1 unless told. An element of flat index `i`
   * has row `⌊i / run⌋ mod rows`.
   */
  readonly rows?: number;
  /** Consecutive elements of one row; needed with `rows`. */
  readonly run?: number;
  /** Fills in the magnitude that each of the `2 ** bits` codes of a row ranks by. Always the same. */
  readonly magnitudes: (row: number, into: Int32Array) => void;
  /** The code of each row that stands for zero. */
  readonly zeros: readonly number[];
}

/** A run that is longer than what is gone through at once; two of them are still a small integer to an engine. */
const LONG = 2 ** 29;

/** Rows and runs of a book, whether it tells them or not. */
export function rowsOf({ rows = 1, run = LONG }: CodeBook): { readonly rows: number; readonly run: number } {
  return { rows, run: rows === 1 ? LONG : run };
}

/** How many magnitudes all rows have. */
export function tableSize(book: CodeBook): number {
  return rowsOf(book).rows * 2 ** book.bits;
}

/** The magnitudes of all rows, one behind the other; in the room that is given, if there is any. */
export function magnitudesOf(book: CodeBook, into: Int32Array = new Int32Array(tableSize(book))): Int32Array {
  const size = 2 ** book.bits;
  const { rows } = rowsOf(book);
  for (let row = 0; row < rows; row += 1) book.magnitudes(row, into.subarray(row * size, (row + 1) * size));
  return into;
}

/** A code that ranks below a magnitude, and one that is exactly at it, as {@link judge} marks them. */
export const BELOW = 1;
export const EQUAL = 2;

/** Made again for another magnitude: all weights of one book and one cut share a table. */
const judged = new WeakMap<CodeBook, { readonly magnitude: number; readonly verdicts: Uint8Array }>();

/** What a cut makes of each code of each row: {@link BELOW} the magnitude, {@link EQUAL} to it, or 0 above it. */
export function judge(book: CodeBook, magnitude: number): Uint8Array {
  const known = judged.get(book);
  if (known?.magnitude === magnitude) return known.verdicts;
  const size = 2 ** book.bits;
  const { rows } = rowsOf(book);
  const verdicts = new Uint8Array(rows * size);
  const ranks = new Int32Array(size);
  for (let row = 0; row < rows; row += 1) {
    book.magnitudes(row, ranks);
    const base = row * size;
    for (let code = 0; code < size; code += 1) {
      const distance = ranks[code]! - magnitude;
      verdicts[base + code] = distance < 0 ? BELOW : distance === 0 ? EQUAL : 0;
    }
  }
  judged.set(book, { magnitude, verdicts });
  return verdicts;
}
