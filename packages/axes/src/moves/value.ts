import type { Axes } from '../axes/axes-api.js';
import type { Axis } from '../axes/axis.js';
import type { Dim } from '../axes/dim.js';

/** What one tensor of a graph is, as far as its axes go. */
export interface AxedValue {
  readonly axes: readonly Axis[];
  /**
   * Of each axis: whether the value is 0 at the indices of a unit once everything that tensors of the file hold for the
   * unit is 0. Where it is, adding up over the axis is the same as leaving the unit out.
   */
  readonly zero: readonly boolean[];
  /** Whether it is made of tensors of the file alone. */
  readonly parameter: boolean;
}

/** The node whose axes are worked out. */
export interface Place {
  readonly axes: Axes;
  /** `node "conv1" (Conv)`. */
  readonly label: string;
  /** Whether axes that are normalised over may lose units, which is another function than that with zeros. */
  readonly acrossNormalisation: boolean;
}

/** A value that a graph computes. */
export function computed(axes: readonly Axis[], zero: readonly boolean[]): AxedValue {
  return { axes, zero, parameter: false };
}

/** What a place says of an axis that it holds. */
export function whyAt(place: Place, axis: number, what: string): string {
  return `${place.label}, axis ${axis}: ${what}`;
}

/** All axes of a value stay. */
export function holdAll(place: Place, value: AxedValue, what: string): void {
  for (const [i, axis] of value.axes.entries()) place.axes.hold(axis, whyAt(place, i, what));
}

/** Some axes of a value stay. */
export function holdSome(place: Place, value: AxedValue, axes: readonly number[], what: string): void {
  for (const i of axes) if (value.axes[i]) place.axes.hold(value.axes[i], whyAt(place, i, what));
}

/** A value none of whose axes may lose anything. */
export function heldValue(place: Place, dims: readonly Dim[], what: string): AxedValue {
  return computed(
    dims.map((dim, i) => place.axes.held(dim, whyAt(place, i, what))),
    dims.map(() => false),
  );
}

/** The sizes of a value. */
export function dimsOf({ axes }: AxedValue): Dim[] {
  return axes.map(({ dim }) => dim);
}
