import type { Ranking } from '../kernels.js';
import { type CodeBook, EQUAL, judge, magnitudesOf, rowsOf } from './code-book.js';
import { type Codes, codeStretches } from './code-stretches.js';

/** Elements that are codes, in main memory, as verbs work on them. `words` is their mask, as in `Part`. */
export interface Coded {
  readonly book: CodeBook;
  readonly ranking: Exclude<Ranking, Int32Array>;
  /** Adds up how often kept elements have each code of each row. */
  tally(words: Int32Array, counts: Uint32Array): void;
  /** Kept elements below a magnitude. */
  countBelow(words: Int32Array, magnitude: number): number;
  /** Drops kept elements below a magnitude and the first `ties` at it, and zeroes all that is dropped; the ties used. */
  dropAndZero(words: Int32Array, magnitude: number, ties: number): number;
  /** Makes zero of every dropped element. */
  zeroDropped(words: Int32Array): void;
}

/** @param first index of the first element, where the bytes are a stretch of a weight */
export function createCoded(bytes: Uint8Array, book: CodeBook, elements: number, first = 0): Coded {
  const size = 2 ** book.bits;
  const { rows } = rowsOf(book);
  const each = codeStretches(bytes, book.bits, elements);
  const walkFrom = walkOf(book, first);
  let table: Int32Array | undefined;
  const drop = (words: Int32Array, verdicts: Uint8Array, ties: number): number => {
    let left = ties;
    const zeros = Uint16Array.from(book.zeros);
    each(0, elements, true, (codes, at) => {
      left = dropCodes(codes, words, at, walkFrom(at), { verdicts, zeros, ties: left });
    });
    return ties - left;
  };
  return {
    book,
    ranking(from, to, into) {
      table ??= magnitudesOf(book);
      each(from, to, false, (codes, at) => rankCodes(codes, table!, walkFrom(at), into, at - from));
    },
    tally(words, counts) {
      each(0, elements, false, (codes, at) => tallyCodes(codes, words, at, walkFrom(at), counts));
    },
    countBelow(words, magnitude) {
      const verdicts = judge(book, magnitude);
      let below = 0;
      each(0, elements, false, (codes, at) => {
        below += countCodes(codes, words, at, walkFrom(at), verdicts);
      });
      return below;
    },
    dropAndZero: (words, magnitude, ties) => drop(words, judge(book, magnitude), ties),
    zeroDropped: (words) => void drop(words, new Uint8Array(rows * size), 0),
  };
}

/** Which row an element has, while elements are gone through one after the other. */
interface Walk {
  readonly rows: number;
  readonly size: number;
  /** The first row, and how many more elements have it, or, where each has the next one, how many rows are to come. */
  readonly row: number;
  readonly left: number;
  /** The same after a turn to another row. */
  readonly span: number;
  /** 1 where each element has the next row, else 0. */
  readonly step: 0 | 1;
}

/** How the rows of a book are gone through from an element on. */
function walkOf(book: CodeBook, first: number): (from: number) => Walk {
  const size = 2 ** book.bits;
  const { rows, run } = rowsOf(book);
  return (from) => {
    const row = Math.floor((first + from) / run) % rows;
    return run === 1
      ? { rows, size, row, left: rows - row, span: rows, step: 1 }
      : { rows, size, row, left: run - ((first + from) % run), span: run, step: 0 };
  };
}

/*
 * The loops. `at` is the index of the first code, a multiple of 32 but in `rankCodes`. They go through pieces that lie in
 * one word of the mask and in which the row stays, or goes on by one: so that nothing is divided for each element.
 */

function rankCodes(codes: Codes, table: Int32Array, walk: Walk, into: Int32Array, at: number): void {
  const { rows, size, span, step } = walk;
  let { row, left } = walk;
  for (let i = 0; i < codes.length; ) {
    const stop = Math.min(codes.length, i + left);
    left -= stop - i;
    for (let base = row * size; i < stop; i += 1, base += step * size)
      into[at + i] = table[base + codes[i]!]!;
    if (left > 0) continue;
    left = span;
    row = step === 1 || row + 1 === rows ? 0 : row + 1;
  }
}

function tallyCodes(codes: Codes, words: Int32Array, at: number, walk: Walk, counts: Uint32Array): void {
  const { rows, size, span, step } = walk;
  let { row, left } = walk;
  for (let i = 0; i < codes.length; ) {
    const word = words[(at + i) >> 5]!;
    const stop = Math.min(codes.length, (i | 31) + 1, i + left);
    left -= stop - i;
    const from = i;
    for (let base = row * size; i < stop; i += 1, base += step * size)
      counts[base + codes[i]!]! += (word >>> i) & 1;
    row += step * (i - from);
    if (left > 0) continue;
    left = span;
    row = step === 1 || row + 1 === rows ? 0 : row + 1;
  }
}

function countCodes(codes: Codes, words: Int32Array, at: number, walk: Walk, verdicts: Uint8Array): number {
  const { rows, size, span, step } = walk;
  let { row, left } = walk;
  let count = 0;
  for (let i = 0; i < codes.length; ) {
    const word = words[(at + i) >> 5]!;
    const stop = Math.min(codes.length, (i | 31) + 1, i + left);
    left -= stop - i;
    const from = i;
    for (let base = row * size; i < stop; i += 1, base += step * size)
      count += verdicts[base + codes[i]!]! & (word >>> i) & 1;
    row += step * (i - from);
    if (left > 0) continue;
    left = span;
    row = step === 1 || row + 1 === rows ? 0 : row + 1;
  }
  return count;
}

/** Drops by verdict, and as many of the equal ones as there are ties left; returns those that are left then. */
function dropCodes(
  codes: Codes,
  words: Int32Array,
  at: number,
  walk: Walk,
  {
    verdicts,
    zeros,
    ties,
  }: { readonly verdicts: Uint8Array; readonly zeros: Uint16Array; readonly ties: number },
): number {
  const { rows, size, span, step } = walk;
  let { row, left } = walk;
  let quota = ties;
  for (let i = 0; i < codes.length; ) {
    const w = (at + i) >> 5;
    const word = words[w]!;
    const end = Math.min(codes.length, (i | 31) + 1);
    let kept = 0;
    while (i < end) {
      const stop = Math.min(end, i + left);
      left -= stop - i;
      for (let base = row * size; i < stop; i += 1, base += step * size, row += step) {
        const code = codes[i]!;
        const zero = zeros[row]!;
        const verdict = verdicts[base + code]!;
        let stays = (word >>> i) & ~verdict & 1;
        if (verdict === EQUAL && stays === 1 && quota > 0) {
          quota -= 1;
          stays = 0;
        }
        kept |= stays << i;
        codes[i] = zero ^ ((code ^ zero) & -stays);
      }
      if (left > 0) continue;
      left = span;
      row = step === 1 || row + 1 === rows ? 0 : row + 1;
    }
    words[w] = kept;
  }
  return quota;
}
