import type { Arithmetic } from '@synaprune/core';
import { elementsOf, requireThat, requireWholes } from '@synaprune/core/checks';

/** Numbers in main memory, row-major. A scalar has the shape `[]`. */
export interface HostValue {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** {@link Arithmetic} over arrays: what comes out is new, what goes in stays. */
export const hostArithmetic: Arithmetic<HostValue> = {
  scalar: (number) => ({ shape: [], values: Float32Array.of(number) }),
  add: (a, b) => each([a, b], (x, y) => x + y),
  subtract: (a, b) => each([a, b], (x, y) => x - y),
  multiply: (a, b) => each([a, b], (x, y) => x * y),
  abs: (value) => each([value], (x) => Math.abs(x)),
  whereAtLeast: (value, bound, then, otherwise) =>
    each([value, bound, then, otherwise], (x, least, taken, left) => (x >= least ? taken : left)),
  rankSigned: ({ shape, values }) => ({ shape, values: rankBits(values) }),
};

/** Bits of 2⁻⁶³ and of 2⁶², which bound what `rankSigned` tells apart, of 2, which stands for zero, and of infinity. */
const [LEAST, MOST, ZERO, INFINITE] = [64 << 23, 189 << 23, 128 << 23, 255 << 23] as const;

/** `rankSigned` in whole numbers: as exponents stand above mantissas, one difference turns both round. */
function rankBits(values: Float32Array): Float32Array {
  const ranks = new Float32Array(values);
  const bits = new Int32Array(ranks.buffer);
  for (let i = 0; i < bits.length; i += 1) {
    const size = bits[i]! & 0x7fffffff;
    if (size > INFINITE) continue;
    const bounded = Math.min(size, MOST);
    if (size <= LEAST) bits[i] = ZERO;
    else bits[i] = bits[i]! > 0 ? bounded + (65 << 23) : (191 << 23) - bounded;
  }
  return ranks;
}

/**
 * A value as large as a shape that it broadcasts to; the same where it is.
 *
 * @throws TypeError | RangeError when it is no value or no shape, or does not broadcast
 */
export function broadcastTo(value: HostValue, shape: readonly number[]): HostValue {
  const isValue = Array.isArray(value?.shape) && value.values instanceof Float32Array;
  requireThat('broadcastTo', 'value', value, '{ shape, values: Float32Array }', isValue);
  requireWholes('broadcastTo', 'shape', shape);
  if (String(value.shape) === String(shape)) return value;
  const whole = { shape, values: new Float32Array(elementsOf(shape)) };
  return each([value, whole], (x) => x);
}

/** A function of one number to four. */
type OfNumbers = (a: number, b: number, c: number, d: number) => number;

/**
 * A function of numbers, element by element of values that broadcast together. The exact result of one operation on
 * float32, rounded to float64 and then to float32, is what rounding once would give.
 */
function each(values: readonly [HostValue, ...HostValue[]], of: OfNumbers): HostValue {
  const shape = values.map((value) => value.shape).reduce(broadcastShapes);
  const result = new Float32Array(elementsOf(shape));
  const isFlat = values.every(({ values: { length } }) => length === 1 || length === result.length);
  if (isFlat) eachFlat(values, of, result);
  else eachBroadcast(values, of, { shape, values: result });
  return { shape, values: result };
}

/** Values that go on by one together, or stay: most are as large as the result, or scalars. */
function eachFlat(
  [a, b = a, c = a, d = a]: readonly [HostValue, ...HostValue[]],
  of: OfNumbers,
  result: Float32Array,
): void {
  const [x, y, z, w] = [a.values, b.values, c.values, d.values];
  const [i, j, k, l] = [x, y, z, w].map(({ length }) => (length === 1 ? 0 : 1)) as [
    number,
    number,
    number,
    number,
  ];
  for (let at = 0; at < result.length; at += 1) {
    result[at] = of(x[at * i]!, y[at * j]!, z[at * k]!, w[at * l]!);
  }
}

function eachBroadcast(
  values: readonly HostValue[],
  of: OfNumbers,
  { shape, values: result }: HostValue,
): void {
  const strides = values.map((value) => stridesIn(value.shape, shape));
  const places = values.map(() => 0);
  const index = shape.map(() => 0);
  const numbers = [0, 0, 0, 0] as [number, number, number, number];
  for (let i = 0; i < result.length; i += 1) {
    for (let v = 0; v < values.length; v += 1) numbers[v] = values[v]!.values[places[v]!]!;
    result[i] = of(...numbers);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const isLast = index[axis] === shape[axis]! - 1;
      index[axis] = isLast ? 0 : index[axis]! + 1;
      for (let v = 0; v < values.length; v += 1) {
        places[v]! += isLast ? -(shape[axis]! - 1) * strides[v]![axis]! : strides[v]![axis]!;
      }
      if (!isLast) break;
    }
  }
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
