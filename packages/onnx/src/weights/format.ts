import type { CodeBook } from '@synaprune/host/stored';

/** Elements that can be ranked and dropped by computing alone, a stretch of them at a time. */
export interface ComputedElements {
  /** Magnitudes of the elements, as float32 bits without their sign. */
  rank(chunk: Uint8Array, first: number, count: number, into: Int32Array): void;
  /** Sets every dropped element to +0, or to the zero point; leaves the others as they are. */
  clear(chunk: Uint8Array, first: number, count: number, bits: Uint8Array): void;
}

/**
 * How the elements of one weight are ranked and dropped. `chunk` holds `count` elements from element `first` on, a
 * multiple of 32; `bits` is a mask of them, bit `i % 8` of byte `i >> 3` being 1 where the i-th of them is kept. What
 * finds weights needs to know no more of it than its zeros; memory-weight.ts does the rest.
 */
export interface ElementFormat {
  /** How many elements are ±0, or the zero point. */
  countZeros(chunk: Uint8Array, first: number, count: number): number;
  /** What the elements are to the backend for main memory, which works on them where they lie; else how they are computed. */
  readonly elements:
    | { readonly kind: 'float32' | 'float16' | 'bfloat16' }
    | { readonly kind: 'codes'; readonly codes: CodeBook }
    | ({ readonly kind: 'computed' } & ComputedElements);
}
