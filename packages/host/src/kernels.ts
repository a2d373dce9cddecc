/**
 * What ranks the elements of a part, as bit patterns whose signs do not count: where they are, or a function that fills
 * in those of elements `from` to `to` (exclusive) wherever they come from.
 */
export type Ranking = Int32Array | ((from: number, to: number, into: Int32Array) => void);

/** One weight as the kernels see it: bit patterns, never floats. */
export interface Part {
  readonly elements: number;
  /**
   * Bits of the weight, 32 or 16 an element; as bytes where the 32 of an element lie at no multiple of 4. Written by
   * `zeroDropped` and `dropAndZero`.
   */
  readonly bits: Int32Array | Uint16Array | Uint8Array;
  /** Often `bits` itself. Never written. */
  readonly ranking: Ranking;
  /** The mask: bit `i % 32` of word `i >> 5` is 1 when element i is kept. Written by `drop` and `dropAndZero`. */
  readonly words: Int32Array;
}

/** Where a selection ends: a magnitude, and how many kept elements exactly at it belong to the selection. */
export interface Selected {
  readonly magnitude: number;
  readonly ties: number;
}

/**
 * The loops over memory. Every implementation gives the same bits; this is the seam where a faster one goes
 * in: `hostBackend({ kernels })`.
 */
export interface HostKernels {
  /** The memory they work in, if they do: it may grow, and take views of it away. */
  readonly memory?: WebAssembly.Memory;
  /** How many kept elements rank below `magnitude`, an integer in [0, 0x80000000]. */
  countBelow(part: Part, magnitude: number): number;
  /** The magnitude of the `rank`-th smallest kept element of all parts (from 1), and the ties up to it. */
  select(parts: readonly Part[], rank: number): Selected;
  /**
   * Drops kept elements below `magnitude` and the first `ties` at it, in the mask; the weight is not touched.
   * Returns how many of the ties were used.
   */
  drop(part: Part, magnitude: number, ties: number): number;
  /** `drop` and `zeroDropped` in one pass, for a weight that ranks by itself. Returns the ties used. */
  dropAndZero(part: Part, magnitude: number, ties: number): number;
  /** Sets every dropped element to +0. */
  zeroDropped(part: Part): void;
  /** How many bits of a mask are 1. */
  countKept(words: Int32Array): number;
}
