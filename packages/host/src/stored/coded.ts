import type { Ranking } from '../kernels.js';
import { type CodeBook, judge, magnitudesOf, rowsOf } from './code-book.js';
import { type CodeLoops, type CodeRun, rankCodes } from './code-loops.js';
import { codeStretches } from './code-stretches.js';
import { walkOf } from './walk.js';

/** Elements that are codes, in main memory, as verbs work on them. `words` is their mask, as in `Part`. */
export interface Coded {
  readonly book: CodeBook;
  readonly ranking: Exclude<Ranking, Int32Array>;
  /** Adds up how often kept elements have each code of each row. */
  tally(loops: CodeLoops, words: Int32Array, counts: Uint32Array): void;
  /** Kept elements below a magnitude. */
  countBelow(loops: CodeLoops, words: Int32Array, magnitude: number): number;
  /** Drops kept elements below a magnitude and the first `ties` at it, and zeroes all that is dropped; the ties used. */
  dropAndZero(loops: CodeLoops, words: Int32Array, magnitude: number, ties: number): number;
  /** Makes zero of every dropped element. */
  zeroDropped(loops: CodeLoops, words: Int32Array): void;
}

/** @param first index of the first element, where the bytes are a stretch of a weight */
export function createCoded(bytes: Uint8Array, book: CodeBook, elements: number, first = 0): Coded {
  const walkFrom = walkOf(book, first);
  const run: CodeRun = { bytes, elements, book, walkFrom };
  let table: Int32Array | undefined;
  return {
    book,
    ranking(from, to, into) {
      table ??= magnitudesOf(book);
      codeStretches(bytes, book.bits, elements)(from, to, false, (codes, at) =>
        rankCodes(codes, table!, walkFrom(at), into, at - from),
      );
    },
    tally: (loops, words, counts) => loops.tally(run, words, counts),
    countBelow: (loops, words, magnitude) => loops.count(run, words, judge(book, magnitude)),
    dropAndZero: (loops, words, magnitude, ties) =>
      ties - loops.drop(run, words, judge(book, magnitude), ties),
    zeroDropped(loops, words) {
      loops.drop(run, words, new Uint8Array(rowsOf(book).rows * 2 ** book.bits), 0);
    },
  };
}
