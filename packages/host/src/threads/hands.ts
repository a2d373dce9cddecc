import { LARGEST_MAGNITUDE } from '@synaprune/core';
import type { Part, Ranking } from '../kernels.js';
import { rankAtRandom } from '../part-of.js';
import { BATCH, CLUSTER, chooseClusters, fetchClusters } from '../sample.js';
import type { WasmExports } from '../wasm-module.js';
import { AT_RANDOM, CHUNK, LOOKED_AT, type Piece, runsOf } from './pieces.js';

/*
 * What one thread does of a verb, by the kernels in the shared memory. A thread may be lost at any instruction, so
 * whatever changes weights or masks may be done again from the start, by another: elements below a magnitude are no
 * longer kept the second time, and of ties as many are taken as are still missing.
 */

/** Bytes that a thread works with, beside what a verb gives it. */
export const HANDS: number = 64 + 2 * 4 * CHUNK;

/** The verbs of a thread: pieces and a few numbers in, numbers out. */
export interface Hands {
  /** @returns elements kept of each piece */
  kept(pieces: readonly Piece[]): number[];
  /** @returns kept elements below each of the magnitudes, of each piece: all of the first magnitude first */
  below(pieces: readonly Piece[], magnitudes: readonly number[]): number[];
  /** @returns kept elements of all pieces, below the one magnitude and at it */
  around(pieces: readonly Piece[], numbers: readonly number[]): number[];
  /**
   * Draws a sample. Numbers: how many elements at most, a pointer to where to write, how many bytes there are.
   *
   * @returns how many elements were drawn
   */
  sample(pieces: readonly Piece[], numbers: readonly number[]): number[];
  /**
   * Collects what lies strictly between two magnitudes. Numbers: those two, a pointer to where to write, how many bytes
   * there are.
   *
   * @returns 1 or, where there was no room, 0; how many lie above the lower; how many were written
   */
  collect(pieces: readonly Piece[], numbers: readonly number[]): number[];
  /**
   * Drops what lies below a magnitude. Numbers: 1 where weights are zeroed, 0 where only masks change; then, for each
   * piece, the magnitude, and 1 where its ties are to be counted.
   *
   * @returns kept elements exactly at the magnitude, in each {@link CHUNK} of each piece
   */
  drop(pieces: readonly Piece[], numbers: readonly number[]): number[];
  /**
   * Drops the first of what is exactly at a magnitude, in pieces of at most {@link CHUNK} elements. Numbers: the first as
   * with `drop`; then, for each piece, the magnitude, how many to take, and how many there were.
   */
  ties(pieces: readonly Piece[], numbers: readonly number[]): number[];
  /** Zeroes what is dropped. */
  zero(pieces: readonly Piece[]): number[];
  /**
   * Selects among what was collected or drawn. Numbers: those of the kernel, but for where it leaves its results.
   *
   * @returns the magnitude, and its rank among equals
   */
  select(pieces: readonly Piece[], numbers: readonly number[]): number[];
}

/** @param scratch pointer to {@link HANDS} bytes */
export function createHands(wasm: WasmExports, memory: WebAssembly.Memory, scratch: number): Hands {
  const results = scratch;
  /** Where zeroes go when only masks are to change, and what kernels need besides. */
  const nowhere = scratch + 64;
  const staged = nowhere + 4 * CHUNK;
  let heap = new Int32Array(memory.buffer);
  const result = (word: 0 | 1): number => view(results, 2)[word]!;

  /** Words of the memory, which another thread may have made longer. */
  function view(pointer: number, words: number): Int32Array {
    const from = pointer / 4;
    if (heap.length < from + words) {
      // Growing by nothing is how a thread hears of what others have grown.
      if (memory.buffer.byteLength < 4 * (from + words)) memory.grow(0);
      heap = new Int32Array(memory.buffer);
    }
    return heap.subarray(from, from + words);
  }

  const keptIn = ({ words, elements }: Piece): number => wasm.countBits(words, Math.ceil(elements / 32));

  /** What is looked at in one go. */
  const looksAt = (piece: Piece) => runsOf(piece, piece.ranking === AT_RANDOM ? CHUNK : LOOKED_AT);

  /** A run with what ranks it in the memory. */
  const ranked = (run: Piece): Piece => {
    if (run.ranking !== AT_RANDOM) return run;
    rankAtRandom(run.seed)(run.first, run.first + run.elements, view(staged, run.elements));
    return { ...run, ranking: staged };
  };

  const countAround = (
    piece: Piece,
    magnitude: number,
  ): { readonly below: number; readonly equal: number } => {
    const sum = { below: 0, equal: 0 };
    for (const run of looksAt(piece)) {
      const { ranking, words, elements } = ranked(run);
      const dense = keptIn(run) === elements;
      wasm.countAround(ranking, dense ? 0 : words, elements, magnitude, results);
      sum.below += result(0);
      sum.equal += result(1);
    }
    return sum;
  };

  /** A piece as a sample is drawn of it. */
  const partOf = ({ elements, ranking, words, seed, first }: Piece): Part => {
    const random = rankAtRandom(seed);
    const atRandom: Ranking = (from, to, into) => random(first + from, first + to, into);
    return {
      elements,
      // Not looked at.
      bits: new Int32Array(0),
      words: view(words, Math.ceil(elements / 32)),
      ranking: ranking === AT_RANDOM ? atRandom : view(ranking, elements),
    };
  };

  return {
    kept: (pieces) => pieces.map(keptIn),
    below: (pieces, magnitudes) =>
      magnitudes.flatMap((magnitude) =>
        // Nothing ranks at or above 2³¹, which no int32 can hold.
        pieces.map((piece) =>
          magnitude > LARGEST_MAGNITUDE ? keptIn(piece) : countAround(piece, magnitude).below,
        ),
      ),
    around(pieces, [magnitude]) {
      const counts = pieces.map((piece) => countAround(piece, magnitude!));
      return [
        counts.reduce((sum, { below }) => sum + below, 0),
        counts.reduce((sum, { equal }) => sum + equal, 0),
      ];
    },
    sample(pieces, [most, at, bytes]) {
      const starts = view(staged, BATCH);
      const masks = view(staged + 4 * BATCH, BATCH);
      const parts = pieces.map(partOf);
      let count = 0;
      chooseClusters(parts, most!, starts, masks, (part, batch) => {
        if (4 * (count + CLUSTER * batch) > bytes!) return false;
        const there = part.ranking instanceof Int32Array ? part.ranking.byteOffset : undefined;
        if (there === undefined) fetchClusters(part.ranking, starts, batch, view(nowhere, CLUSTER * BATCH));
        const [from, by] = there === undefined ? [nowhere, 0] : [there, staged];
        count += wasm.gather(from, by, staged + 4 * BATCH, batch, at! + 4 * count);
        return true;
      });
      return [count];
    },
    collect(pieces, [low, high, at, bytes]) {
      let above = 0;
      let count = 0;
      for (const piece of pieces) {
        for (const run of looksAt(piece)) {
          const { ranking, words, elements } = ranked(run);
          const dense = keptIn(run) === elements;
          const to = at! + 4 * count;
          const fits = wasm.collect(
            ranking,
            dense ? 0 : words,
            elements,
            low!,
            high!,
            to,
            at! + bytes!,
            nowhere,
            results,
          );
          if (!fits) return [0, 0, 0];
          count += result(0);
          above += result(1);
        }
      }
      return [1, above, count];
    },
    drop(pieces, [zero, ...rest]) {
      const tied: number[] = [];
      for (const [i, piece] of pieces.entries()) {
        const magnitude = rest[2 * i]!;
        const alone = piece.data === piece.ranking;
        for (const run of runsOf(piece, CHUNK)) {
          const { data, ranking, words, elements } = ranked(run);
          const dense = zero === 1 && alone && keptIn(run) === elements;
          wasm.dropBelow(zero === 1 ? data : nowhere, ranking, words, elements, magnitude, 0, Number(dense));
          if (rest[2 * i + 1] === 0) {
            tied.push(0);
            continue;
          }
          // What was dropped is zero by now, and no tie of anything else.
          const unmasked = zero === 1 && alone && magnitude > 0;
          wasm.countAround(ranking, unmasked ? 0 : words, elements, magnitude, results);
          tied.push(result(1));
        }
      }
      return tied;
    },
    ties(pieces, [zero, ...rest]) {
      for (const [i, piece] of pieces.entries()) {
        const [magnitude, take, before] = rest.slice(3 * i, 3 * i + 3);
        const { data, ranking, words, elements } = ranked(piece);
        wasm.countAround(ranking, words, elements, magnitude!, results);
        const left = take! - (before! - result(1));
        wasm.dropBelow(zero === 1 ? data : nowhere, ranking, words, elements, magnitude!, left, 0);
      }
      return [];
    },
    zero(pieces) {
      for (const piece of pieces) {
        for (const run of runsOf(piece, CHUNK)) {
          if (keptIn(run) < run.elements) wasm.zeroDropped(run.data, run.words, run.elements);
        }
      }
      return [];
    },
    select(_pieces, [from, count, rank, base, bits, room, table]) {
      const magnitude = wasm.selectAmong(from!, count!, rank!, base!, bits!, room!, table!, results);
      return [magnitude, result(0)];
    },
  };
}
