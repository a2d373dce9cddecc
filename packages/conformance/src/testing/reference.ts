import type { CutGroup, Item, MaskedWeight, TensorBackend } from '@synaprune/core';

/** A weight of the reference backend. `live` goes when it is disposed of or spoiled. */
export interface ReferenceWeight {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  live: boolean;
}

/** A mask with a byte an element. */
export interface ReferenceMask {
  readonly kept: Uint8Array;
  readonly shape: readonly number[];
}

export type ReferenceBackend = TensorBackend<ReferenceWeight, ReferenceMask>;
export type ReferenceMasked = MaskedWeight<ReferenceWeight, ReferenceMask>;
export type ReferenceItem = Item<ReferenceWeight, ReferenceMask>;
export type ReferenceGroup = CutGroup<ReferenceWeight, ReferenceMask>;

/** What ranks an element. */
export type ScoreOf = (item: ReferenceItem, index: number) => number;

/** Counts what is alive. */
export interface Ledger {
  masks: number;
}
