import type { CodeBook } from './code-book.js';
import { EQUAL } from './code-book.js';
import { type Codes, codeStretches } from './code-stretches.js';
import type { Walk } from './walk.js';

/** Codes of a weight, and which row of their book each of them has. */
export interface CodeRun {
  readonly bytes: Uint8Array;
  readonly elements: number;
  readonly book: CodeBook;
  readonly walkFrom: (index: number) => Walk;
}

/**
 * The loops over codes. `words` is their mask, as in `Part`; `verdicts` says what a cut makes of each code of each row,
 * as `judge` does. Every implementation gives the same bits.
 */
export interface CodeLoops {
  /** Adds up how often kept elements have each code of each row. */
  tally(run: CodeRun, words: Int32Array, counts: Uint32Array): void;
  /** How many kept elements are below the cut. */
  count(run: CodeRun, words: Int32Array, verdicts: Uint8Array): number;
  /** Drops what is below the cut and the first `ties` at it, makes zeros of all that is dropped; the ties left. */
  drop(run: CodeRun, words: Int32Array, verdicts: Uint8Array, ties: number): number;
}

/** The loops in plain TypeScript. */
export const scriptCodeLoops: CodeLoops = {
  tally(run, words, counts) {
    each(run, false, (codes, at) => tallyCodes(codes, words, at, run.walkFrom(at), counts));
  },
  count(run, words, verdicts) {
    let below = 0;
    each(run, false, (codes, at) => {
      below += countCodes(codes, words, at, run.walkFrom(at), verdicts);
    });
    return below;
  },
  drop(run, words, verdicts, ties) {
    const zeros = Uint16Array.from(run.book.zeros);
    let left = ties;
    each(run, true, (codes, at) => {
      left = dropCodes(codes, words, at, run.walkFrom(at), { verdicts, zeros, ties: left });
    });
    return left;
  },
};

function each(
  { bytes, book, elements }: CodeRun,
  writes: boolean,
  visit: (codes: Codes, at: number) => void,
): void {
  codeStretches(bytes, book.bits, elements)(0, elements, writes, visit);
}

/*
 * The loops. `at` is the index of the first code, a multiple of 32 but in `rankCodes`. They go through pieces that lie in
 * one word of the mask and in which the row stays, or goes on by one: so that nothing is divided for each element.
 */

export function rankCodes(codes: Codes, table: Int32Array, walk: Walk, into: Int32Array, at: number): void {
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
