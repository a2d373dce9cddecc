import type { Arithmetic } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';

/** Numbers in main memory, row-major. A scalar has the shape `[]`. */
export interface HostValue {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** {@link Arithmetic} over arrays: what comes out is new, what goes in stays. */
export const hostArithmetic: Arithmetic<HostValue> = {
  scalar: (number) => ({ shape: [], values: Float32Array.of(number) }),
  add: (a, b) => each([a, b], ([x, y]) => x! + y!),
  subtract: (a, b) => each([a, b], ([x, y]) => x! - y!),
  multiply: (a, b) => each([a, b], ([x, y]) => x! * y!),
  abs: (value) => each([value], ([x]) => Math.abs(x!)),
  whereAtLeast: (value, bound, then, otherwise) =>
    each([value, bound, then, otherwise], ([x, least, taken, left]) => (x! >= least! ? taken! : left!)),
};

/** A value as large as a shape that it broadcasts to; the same where it is. */
export function broadcastTo(value: HostValue, shape: readonly number[]): HostValue {
  if (String(value.shape) === String(shape)) return value;
  const whole = { shape, values: new Float32Array(elementsOf(shape)) };
  return each([value, whole], ([x]) => x!);
}

/**
 * A function of numbers, element by element of values that broadcast together. The exact result of one operation on
 * float32, rounded to float64 and then to float32, is what rounding once would give.
 */
function each(values: readonly HostValue[], of: (numbers: readonly number[]) => number): HostValue {
  const shape = values.map((value) => value.shape).reduce(broadcastShapes);
  const result = new Float32Array(elementsOf(shape));
  const strides = values.map((value) => stridesIn(value.shape, shape));
  const places = values.map(() => 0);
  const index = shape.map(() => 0);
  const numbers = values.map(() => 0);
  for (let i = 0; i < result.length; i += 1) {
    for (let v = 0; v < values.length; v += 1) numbers[v] = values[v]!.values[places[v]!]!;
    result[i] = of(numbers);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const isLast = index[axis] === shape[axis]! - 1;
      index[axis] = isLast ? 0 : index[axis]! + 1;
      for (let v = 0; v < values.length; v += 1) {
        places[v]! += isLast ? -(shape[axis]! - 1) * strides[v]![axis]! : strides[v]![axis]!;
      }
      if (!isLast) break;
    }
  }
  return { shape, values: result };
}

/** The shape that two broadcast to, as numpy has it. @throws RangeError where they do not */
function broadcastShapes(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [x = 1, y = 1] = [a[a.length - rank + axis], b[b.length - rank + axis]];
    if (x !== y && x !== 1 && y !== 1) {
      throw new RangeError(`the shapes [${a}] and [${b}] do not broadcast together`);
    }
    return x === 1 ? y : x;
  });
}

/** How far a step along each axis of a shape leads in a value that broadcasts to it: 0 where it is repeated. */
function stridesIn(own: readonly number[], shape: readonly number[]): number[] {
  const missing = shape.length - own.length;
  return shape.map((_, axis) => {
    const at = axis - missing;
    return at < 0 || own[at] === 1 ? 0 : elementsOf(own.slice(at + 1));
  });
}
