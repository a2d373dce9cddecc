import type { StoredWeight } from '@synaprune/host';

/**
 * How the elements of one weight are ranked and dropped, a stretch of them at a time. `chunk` holds `count`
 * elements from element `first` on, a multiple of 32; `bits` is a mask of them, bit `i % 8` of byte `i >> 3` being 1
 * where the i-th of them is kept.
 */
export interface ElementFormat {
  /** Magnitudes of the elements, as float32 bits without their sign. */
  rank(chunk: Uint8Array, first: number, count: number, into: Int32Array): void;
  /** Sets every dropped element to +0, or to the zero point; leaves the others as they are. */
  clear(chunk: Uint8Array, first: number, count: number, bits: Uint8Array): void;
  /** How many elements are ±0, or the zero point. */
  countZeros(chunk: Uint8Array, first: number, count: number): number;
  /**
   * The elements from `first` on as the backend for main memory takes them, to be ranked and dropped where they lie, of
   * the types that it knows: nearly all that weights come in.
   */
  readonly stored?: (bytes: Uint8Array, shape: readonly number[], first?: number) => StoredWeight;
}
