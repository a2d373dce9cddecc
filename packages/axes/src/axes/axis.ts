import type { Birth } from '../units/units.js';
import type { Dim } from './dim.js';

/** What a tensor of the file does with the units along one of its axes. */
export type Side =
  /** Each unit is computed by a slice of it: rows of a filter bank. */
  | 'makes'
  /** Each unit is read by a slice of it. */
  | 'reads';

/**
 * One axis of one value, or of a tensor of the file. Operators that only hand an axis on hand on the same object.
 * {@link Axes} is what looks into it.
 */
export interface Axis {
  /** How long it is. */
  readonly dim: Dim;
  /** Axes of tensors that it is made of, when that is known. */
  readonly sources: readonly Axis[];
  /** What is done with it; see {@link Axes.mark}. */
  readonly sides: Set<Side>;
  state: AxisState;
}

export type AxisState =
  /** Nothing is known of it yet: the axis of a tensor that nobody has read. */
  | { readonly kind: 'free'; readonly birth: Birth }
  /** A term for every index. */
  | { readonly kind: 'units'; readonly terms: Int32Array }
  /** All of it stays. */
  | { readonly kind: 'held'; readonly why: string }
  /** It turned out to be that axis. */
  | { readonly kind: 'same'; readonly as: Axis }
  /** Several axes in one, the first outermost, not all of a known length. */
  | { readonly kind: 'merged'; readonly factors: readonly Axis[] };
