import type { Axis, Dim } from '@synaprune/axes';

/** How long an axis is once the model was cut. */
export type LengthOf = (axis: Axis) => Dim;

/** A whole number that a graph computes with, where it is known before a run, or is the length of an axis. */
export interface KnownSize {
  readonly dim: Dim;
  /** The axes of weights whose lengths it is made of. */
  readonly of: readonly Axis[];
  /** What it is once the model was cut. */
  after(lengthOf: LengthOf): Dim;
}

/** A number that is what it is. */
export function knownNumber(number: number): KnownSize {
  return { dim: number, of: [], after: () => number };
}

/** The length of an axis. */
export function lengthOfAxis(axis: Axis): KnownSize {
  return { dim: axis.dim, of: [axis], after: (lengthOf) => lengthOf(axis) };
}
