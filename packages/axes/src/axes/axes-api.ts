import type { Birth, Units } from '../units/units.js';
import type { Axis, Side } from './axis.js';
import type { Dim } from './dim.js';

/** The axes of one graph, and what of them goes together. */
export interface Axes {
  readonly units: Units;
  /** Every axis that has a term for each index, once. */
  readonly all: readonly Axis[];
  /** An axis of a tensor. */
  free(size: number, birth: Birth): Axis;
  /** An axis that stays as long as it is. */
  held(dim: Dim, why: string): Axis;
  /** An axis of the given terms. */
  of(terms: Int32Array, sources?: readonly Axis[]): Axis;
  /** An axis of fresh units. */
  born(size: number, birth: Birth): Axis;
  /** Two axes are one from now on. @throws SizesDiffer */
  unite(a: Axis, b: Axis, why: string): void;
  /** The axis stays from now on as long as it is. */
  hold(axis: Axis, why: string): void;
  /** The terms of an axis, or undefined where all of it stays. A free axis gets fresh units. */
  termsOf(axis: Axis): Int32Array | undefined;
  /** Whether something of it may go. Gives a free axis no units. */
  mayLose(axis: Axis): boolean;
  /** Why all of it stays, where it does. */
  whyHeld(axis: Axis): string | undefined;
  /** Notes what a tensor does with the units along an axis, of the tensors that the axis comes from. */
  mark(axis: Axis, side: Side): void;
  /** The same, and that its units serve as rows of products of values. */
  markBatch(axis: Axis): void;
  /** Some indices of an axis, in that order. */
  pick(axis: Axis, indices: readonly number[]): Axis;
  /** Axes one behind the other. */
  join(axes: readonly Axis[]): Axis;
  /** One axis of several, the first outermost. */
  merge(axes: readonly Axis[]): Axis;
  /** An axis as several of the given sizes, the first outermost. */
  split(axis: Axis, sizes: readonly number[], birth: Birth): readonly Axis[];
  /** The axes that a merged one is of, or itself. */
  factorsOf(axis: Axis): readonly Axis[];
  /** An axis of the same indices under a name of its own, for what is stored apart. */
  resolve(axis: Axis): Axis;
}
