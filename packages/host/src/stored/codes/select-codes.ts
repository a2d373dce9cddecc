import type { Selected } from '../../kernels.js';
import { type CodeBook, tableSize } from './code-book.js';
import { type MaskedRun, tally } from './code-loops.js';

/** The 31 bits of a magnitude in two digits, high to low. */
const DIGITS = [
  { shift: 15, width: 16 },
  { shift: 0, width: 15 },
] as const;

/** Counts of codes that are kept for the second digit; more are counted again. */
const MOST_COUNTS = 1 << 22;

/**
 * The magnitude of the `rank`-th smallest kept element (from 1) of weights that are all codes, and the ties up to it. What
 * is ranked are the codes, each as often as it occurs, so that one pass over the elements counts all there is.
 */
export function selectCodes(runs: readonly MaskedRun[], rank: number): Selected {
  const books = byBook(runs);
  const kept = new Map<CodeBook, Uint32Array>();
  let room = MOST_COUNTS;
  const countsOf = (book: CodeBook): Uint32Array => {
    const known = kept.get(book);
    if (known !== undefined) return known;
    const counts = new Uint32Array(tableSize(book));
    for (const each of books.get(book)!) tally(each, counts);
    if (counts.length <= room) {
      room -= counts.length;
      kept.set(book, counts);
    }
    return counts;
  };
  let prefix = 0;
  let left = rank;
  for (const { shift, width } of DIGITS) {
    const histogram = new Float64Array(2 ** width);
    for (const book of books.keys()) addDigits(book, countsOf(book), { shift, width, prefix }, histogram);
    let digit = 0;
    for (; histogram[digit]! < left; digit += 1) left -= histogram[digit]!;
    prefix = (prefix << width) | digit;
  }
  return { magnitude: prefix, ties: left };
}

/** Weights that share a book. */
export function byBook(runs: readonly MaskedRun[]): Map<CodeBook, MaskedRun[]> {
  const books = new Map<CodeBook, MaskedRun[]>();
  for (const each of runs) {
    const { book } = each;
    const known = books.get(book);
    if (known === undefined) books.set(book, [each]);
    else known.push(each);
  }
  return books;
}

/** Adds up a digit of the magnitudes that begin with a prefix. */
function addDigits(
  book: CodeBook,
  counts: Uint32Array,
  { shift, width, prefix }: { readonly shift: number; readonly width: number; readonly prefix: number },
  histogram: Float64Array,
): void {
  const size = 2 ** book.bits;
  const ranks = new Int32Array(size);
  const mask = 2 ** width - 1;
  const higher = shift + width;
  for (let base = 0; base < counts.length; base += size) {
    book.magnitudes(base / size, ranks);
    for (let code = 0; code < size; code += 1) {
      const count = counts[base + code]!;
      const rank = ranks[code]!;
      // Nothing lies above the first digit: a magnitude shifted by 31 is 0, which is the first prefix.
      if (count > 0 && rank >>> higher === prefix) histogram[(rank >>> shift) & mask]! += count;
    }
  }
}
