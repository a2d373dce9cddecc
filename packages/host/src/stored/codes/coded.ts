import type { Ranking } from '../../kernels.js';
import { type CodeBook, magnitudesOf } from './code-book.js';
import { type CodeLoops, type CodeRun, rankCodes } from './code-loops.js';
import { codeStretches } from './code-stretches.js';
import { walkOf } from './walk.js';

/** Elements that are codes, in main memory, as verbs work on them. `words` is their mask, as in `Part`. */
export interface Coded {
  readonly run: CodeRun;
  readonly ranking: Exclude<Ranking, Int32Array>;
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
  const run: CodeRun = { bytes, elements, book, first, walkFrom };
  let table: Int32Array | undefined;
  return {
    run,
    ranking(from, to, into) {
      table ??= magnitudesOf(book);
      codeStretches(bytes, book.bits, elements)(from, to, false, (codes, at) =>
        rankCodes(codes, table!, walkFrom(at), into, at - from),
      );
    },
    countBelow: (loops, words, magnitude) => loops.count({ ...run, words }, magnitude),
    dropAndZero: (loops, words, magnitude, ties) => ties - loops.drop({ ...run, words }, magnitude, ties),
    zeroDropped(loops, words) {
      // Nothing ranks below zero, and none of what ranks as it is dropped as well.
      loops.drop({ ...run, words }, 0, 0);
    },
  };
}
