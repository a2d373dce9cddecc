/** One weight as the kernels see it: bit patterns, never floats. All three have one entry an element, or bit. */
export interface Part {
  /** Bits of the weight. Written by `zeroDropped`. */
  readonly bits: Int32Array;
  /** Bits of what ranks the elements: often `bits` itself. Never written. */
  readonly ranking: Int32Array;
  /** The mask. Written by `drop`. */
  readonly words: Int32Array;
}

/** Where a selection ends: a magnitude, and how many kept elements exactly at it belong to the selection. */
export interface Selected {
  readonly magnitude: number;
  readonly ties: number;
}

/**
 * The loops over memory. A faster implementation gives the same bits; this is the seam where one goes in:
 * `hostBackend({ kernels })`.
 */
export interface HostKernels {
  /** How many kept elements rank below `magnitude`, an integer in [0, 0x80000000]. */
  countBelow(part: Part, magnitude: number): number;
  /** The magnitude of the `rank`-th smallest kept element of all parts (from 1), and the ties up to it. */
  select(parts: readonly Part[], rank: number): Selected;
  /**
   * Drops kept elements below `magnitude` and the first `ties` at it, in the mask; the weight is not touched.
   * Returns how many of the ties were used.
   */
  drop(part: Part, magnitude: number, ties: number): number;
  /** Sets every dropped element to +0. */
  zeroDropped(part: Part): void;
  /** How many bits of a mask are 1. */
  countKept(words: Int32Array): number;
}
