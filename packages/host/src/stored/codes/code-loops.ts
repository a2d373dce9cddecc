import type { Selected } from '../../kernels.js';
import { type CodeBook, EQUAL, judge } from './code-book.js';
import { type Codes, codeStretches } from './code-stretches.js';
import { distancesOf } from './distances.js';
import type { Walk } from './walk.js';

/** Codes of a weight, and which row of their book each of them has. */
export interface CodeRun {
  readonly bytes: Uint8Array;
  readonly elements: number;
  readonly book: CodeBook;
  /** Index of the first element in its weight. */
  readonly first: number;
  readonly walkFrom: (index: number) => Walk;
}

/** Codes with their mask, as in `Part`. */
export interface MaskedRun extends CodeRun {
  readonly words: Int32Array;
}

/** The loops over codes. Every implementation gives the same bits. */
export interface CodeLoops {
  /** The magnitude of the `rank`-th smallest (from 1) of `kept` elements, and the ties up to it. */
  select(runs: readonly MaskedRun[], kept: number, rank: number): Selected;
  /** How many kept elements are below a magnitude. */
  count(run: MaskedRun, magnitude: number): number;
  /** Drops what is below a magnitude and the first `ties` at it, makes zeros of all that is dropped; the ties left. */
  drop(run: MaskedRun, magnitude: number, ties: number): number;
  /** How many elements are zero, of floats of either sign: of those that are kept, and of all. */
  countZeros(run: MaskedRun): { readonly kept: number; readonly all: number };
}

/* In plain TypeScript, with tables of what each code of each row ranks by. */

/** Adds up how often kept elements have each code of each row. */
export function tally(run: MaskedRun, counts: Uint32Array): void {
  each(run, false, (codes, at) => tallyCodes(codes, run.words, at, run.walkFrom(at), counts));
}

export function count(run: MaskedRun, magnitude: number): number {
  const verdicts = judge(run.book, magnitude);
  let below = 0;
  each(run, false, (codes, at) => {
    below += countCodes(codes, run.words, at, run.walkFrom(at), verdicts);
  });
  return below;
}

export function drop(run: MaskedRun, magnitude: number, ties: number): number {
  const verdicts = judge(run.book, magnitude);
  const zeros = Uint16Array.from(run.book.zeros);
  let left = ties;
  each(run, true, (codes, at) => {
    left = dropCodes(codes, run.words, at, run.walkFrom(at), { verdicts, zeros, ties: left });
  });
  return left;
}

export function countZeros(run: MaskedRun): { readonly kept: number; readonly all: number } {
  const { zeros } = run.book;
  const significant = distancesOf(run.book)?.significant ?? 0xffff;
  let kept = 0;
  let all = 0;
  each(run, false, (codes, at) => {
    const walk = run.walkFrom(at);
    kept += overPieces(walk, codes.length, 0, (before, from, stop, row) => {
      const word = run.words[(at + from) >> 5]!;
      let count = before;
      for (let i = from, own = row; i < stop; i += 1, own += walk.step) {
        const zero = Number(((codes[i]! ^ zeros[own]!) & significant) === 0);
        all += zero;
        count += zero & (word >>> i);
      }
      return count;
    });
  });
  return { kept, all };
}

function each(
  { bytes, book, elements }: CodeRun,
  writes: boolean,
  visit: (codes: Codes, at: number) => void,
): void {
  codeStretches(bytes, book.bits, elements)(0, elements, writes, visit);
}

/**
 * Hands a number from piece to piece: pieces lie in one word of a mask, and in each the row stays, or goes on by one (`step`
 * of the walk), so that nothing is divided for each element.
 *
 * @param visit `row` is that of the first
 */
function overPieces(
  { rows, size, span, step, ...first }: Walk,
  count: number,
  start: number,
  visit: (result: number, from: number, stop: number, row: number) => number,
): number {
  let { row, left } = first;
  let result = start;
  for (let from = 0; from < count; ) {
    const stop = Math.min(count, (from | 31) + 1, from + left);
    result = visit(result, from, stop, row);
    left -= stop - from;
    row += step * (stop - from);
    from = stop;
    if (left > 0) continue;
    left = span;
    row = step === 1 || row + 1 === rows ? 0 : row + 1;
  }
  return result;
}

/*
 * The loops. `at` is the index of the first code, a multiple of 32 but in `rankCodes`.
 */

export function rankCodes(codes: Codes, table: Int32Array, walk: Walk, into: Int32Array, at: number): void {
  const pace = walk.step * walk.size;
  overPieces(walk, codes.length, 0, (_, from, stop, row) => {
    for (let i = from, base = row * walk.size; i < stop; i += 1, base += pace)
      into[at + i] = table[base + codes[i]!]!;
    return 0;
  });
}

function tallyCodes(codes: Codes, words: Int32Array, at: number, walk: Walk, counts: Uint32Array): void {
  const pace = walk.step * walk.size;
  overPieces(walk, codes.length, 0, (_, from, stop, row) => {
    const word = words[(at + from) >> 5]!;
    for (let i = from, base = row * walk.size; i < stop; i += 1, base += pace)
      counts[base + codes[i]!]! += (word >>> i) & 1;
    return 0;
  });
}

function countCodes(codes: Codes, words: Int32Array, at: number, walk: Walk, verdicts: Uint8Array): number {
  const pace = walk.step * walk.size;
  return overPieces(walk, codes.length, 0, (before, from, stop, row) => {
    const word = words[(at + from) >> 5]!;
    let count = before;
    for (let i = from, base = row * walk.size; i < stop; i += 1, base += pace)
      count += verdicts[base + codes[i]!]! & (word >>> i) & 1;
    return count;
  });
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
  const { size, step } = walk;
  const pace = step * size;
  return overPieces(walk, codes.length, ties, (before, from, stop, row) => {
    const w = (at + from) >> 5;
    const word = words[w]!;
    let quota = before;
    let gone = 0;
    for (let i = from, base = row * size, own = row; i < stop; i += 1, base += pace, own += step) {
      const code = codes[i]!;
      const zero = zeros[own]!;
      const verdict = verdicts[base + code]!;
      let stays = (word >>> i) & ~verdict & 1;
      if (verdict === EQUAL && stays === 1 && quota > 0) {
        quota -= 1;
        stays = 0;
      }
      gone |= (stays ^ 1) << i;
      codes[i] = zero ^ ((code ^ zero) & -stays);
    }
    words[w] = word & ~gone;
    return quota;
  });
}
