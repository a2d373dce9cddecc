import type { Models } from '../decode/model.js';

/** A tensor among the bytes of a model. */
export interface Span {
  readonly name: string;
  readonly shape: readonly number[];
  /** How its elements are written exactly: see `decode/format.ts`. */
  readonly coding: number;
  /** First byte, counted over all buffers. */
  readonly offset: number;
  readonly length: number;
}

/** A model as bytes, and where among them tensors are. */
export interface Source {
  readonly kind: keyof Models;
  /** What is not in the bytes, as JSON. */
  readonly head: string;
  readonly buffers: readonly Uint8Array[];
  /** In order, apart. */
  readonly spans: readonly Span[];
}

/** Codings of exact values. */
export const CODINGS = {
  bytes: 0,
  words: 1,
  doubleWords: 2,
  quadWords: 3,
  float16: 5,
  float32: 6,
  float64: 7,
} as const;
