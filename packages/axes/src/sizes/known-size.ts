import type { Axis } from '../axes/axis.js';
import type { Dim } from '../axes/dim.js';

/** How long an axis is once the model was cut. */
export type LengthOf = (axis: Axis) => Dim;

/** A whole number that a graph computes with, where it is known before a run, or is the length of an axis. */
export interface KnownSize {
  readonly dim: Dim;
  /** The axes of weights whose lengths it is made of, each once. */
  readonly of: readonly Axis[];
  /** Those axes, for messages: `axis 1 of "x"`. */
  readonly where?: string;
  /** How many steps of arithmetic it was made by; 0 where it says nothing. */
  readonly steps?: number;
  /**
   * What it is once the model was cut.
   *
   * @throws LengthUnknown where only a run knows
   */
  after(lengthOf: LengthOf): Dim;
}

/** Thrown by {@link KnownSize.after} where a number that was known would no longer be once axes lose something. */
export class LengthUnknown extends Error {
  override name = 'LengthUnknown';
}

/** A number that is what it is, whatever is cut. */
export function knownNumber(number: Dim): KnownSize {
  return { dim: number, of: [], after: () => number };
}

/**
 * The length of an axis.
 *
 * @param where the axis, for messages: `axis 1 of "x"`
 */
export function lengthOfAxis(axis: Axis, where: string): KnownSize {
  return { dim: axis.dim, of: [axis], where, after: (lengthOf) => lengthOf(axis) };
}

/**
 * Why axes stay whose lengths come to be numbers that a node computes with.
 *
 * @param label the node
 * @param where the axes
 */
export function whyComputed(label: string, where = 'an axis'): string {
  return `${label}: it computes with the length of ${where}`;
}
