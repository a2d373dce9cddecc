import type { Axis } from '../axes/axis.js';
import { type AxedValue, type Place, whyAt } from './value.js';

/** A value and which of its axes is meant. */
export interface AxisOf {
  readonly value: AxedValue;
  readonly axis: number;
}

/**
 * The two axes that a product adds up over become one. Where neither side is 0 for a unit, it stays.
 *
 * @throws SizesDiffer
 */
export function contract(place: Place, a: AxisOf, b: AxisOf): void {
  const [left, right] = [a.value.axes[a.axis]!, b.value.axes[b.axis]!];
  place.axes.unite(left, right, whyAt(place, a.axis, 'it is added up over, with another'));
  for (const { value, axis } of [a, b]) if (value.parameter) place.axes.mark(value.axes[axis]!, 'reads');
  if (a.value.zero[a.axis] || b.value.zero[b.axis]) return;
  place.axes.hold(
    left,
    whyAt(place, a.axis, 'it is added up over, and units are not 0 there without weights'),
  );
}

/**
 * `a · b` as MatMul has it: the last axis of `a` with the last but one of `b`, axes before those lined up.
 *
 * @throws SizesDiffer
 */
export function matMul(place: Place, a: AxedValue, b: AxedValue): AxedValue {
  const [rows, columns] = [a.axes.length - 2, b.axes.length - 1];
  contract(place, { value: a, axis: a.axes.length - 1 }, { value: b, axis: Math.max(b.axes.length - 2, 0) });
  const batch = alignBatch(place, a, b);
  const axes = [...batch.axes];
  const zero = [...batch.zero];
  if (rows >= 0) {
    if (a.parameter) place.axes.mark(a.axes[rows]!, 'makes');
    axes.push(a.axes[rows]!);
    zero.push(a.zero[rows]!);
  }
  if (b.axes.length > 1) {
    if (b.parameter) place.axes.mark(b.axes[columns]!, 'makes');
    axes.push(b.axes[columns]!);
    zero.push(b.zero[columns]!);
  }
  return { axes, zero, parameter: a.parameter && b.parameter };
}

/** The axes in front of matrices. */
function alignBatch(place: Place, a: AxedValue, b: AxedValue): { axes: Axis[]; zero: boolean[] } {
  const [before, other] = [Math.max(a.axes.length - 2, 0), Math.max(b.axes.length - 2, 0)];
  const rank = Math.max(before, other);
  const axes: Axis[] = [];
  const zero: boolean[] = [];
  for (let out = 0; out < rank; out += 1) {
    const [i, j] = [out - rank + before, out - rank + other];
    const [left, right] = [a.axes[i], b.axes[j]];
    const both = left !== undefined && right !== undefined && left.dim !== 1 && right.dim !== 1;
    if (both) {
      place.axes.unite(left, right, whyAt(place, out, 'it lines up with another'));
      if (!a.parameter && !b.parameter) place.axes.markBatch(left);
    }
    const useLeft = right === undefined || (left !== undefined && left.dim !== 1);
    const axis = (useLeft ? left : right)!;
    if (!both && axis.dim !== 1 && !a.parameter && !b.parameter) place.axes.markBatch(axis);
    axes.push(axis);
    zero.push(both ? a.zero[i]! || b.zero[j]! : useLeft ? a.zero[i]! : b.zero[j]!);
  }
  return { axes, zero };
}
