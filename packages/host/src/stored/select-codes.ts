import type { Selected } from '../kernels.js';
import { type CodeBook, rowsOf } from './code-book.js';
import type { CodeLoops } from './code-loops.js';
import type { Coded } from './coded.js';

/** The 31 bits of a magnitude in two digits, high to low. */
const DIGITS = [
  { shift: 15, width: 16 },
  { shift: 0, width: 15 },
] as const;

/** Counts of codes that are kept for the second digit; more are counted again. */
const MOST_COUNTS = 1 << 22;

/** Elements and masks of one weight. */
interface CodedPart {
  readonly coded: Coded;
  readonly words: Int32Array;
}

/**
 * The magnitude of the `rank`-th smallest kept element (from 1) of parts that are all codes, and the ties up to it. What
 * is ranked are the codes, each as often as it occurs, so that one pass over the elements counts all there is.
 */
export function selectCodes(loops: CodeLoops, parts: readonly CodedPart[], rank: number): Selected {
  const books = new Map<CodeBook, CodedPart[]>();
  for (const part of parts) {
    const { book } = part.coded;
    books.set(book, [...(books.get(book) ?? []), part]);
  }
  const kept = new Map<CodeBook, Uint32Array>();
  let room = MOST_COUNTS;
  const countsOf = (book: CodeBook): Uint32Array => {
    const known = kept.get(book);
    if (known !== undefined) return known;
    const counts = new Uint32Array(rowsOf(book).rows * 2 ** book.bits);
    for (const { coded, words } of books.get(book)!) coded.tally(loops, words, counts);
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
