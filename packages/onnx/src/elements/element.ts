import { type ElementType, integerFormat, isFloat } from './element-type.js';
import { roundToBfloat, roundToHalf } from './narrow-floats.js';

/**
 * One element of a tensor, exactly: 64-bit integers as bigints, all else as numbers; a float16 is its value, a bool
 * 0 or 1.
 */
export type Element = number | bigint;

/** The element as its type holds it: 64-bit integers as bigints. */
export function elementOf(type: ElementType, value: Element): Element {
  return type === 'int64' || type === 'uint64' ? BigInt(value) : Number(value);
}

/** A float rounded to its type, to nearest, ties to even. */
export function roundTo(type: ElementType, value: number): number {
  switch (type) {
    case 'float32':
      return Math.fround(value);
    case 'float16':
      return roundToHalf(value);
    case 'bfloat16':
      return roundToBfloat(value);
    default:
      return value;
  }
}

/** An integer wrapped into its type, as two's complement does. */
export function wrapTo(type: ElementType, value: bigint): Element {
  const { bits, signed } = integerFormat(type)!;
  return elementOf(type, signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
}

/** Whether a float64 holds the integer, and all smaller ones. */
export function isExact(value: bigint): boolean {
  return value <= 2n ** 53n && value >= -(2n ** 53n);
}

/** Whether elements of the type are computed with before a graph runs. */
export function isFoldable(type: ElementType): boolean {
  return type === 'bool' || isFloat(type) || integerFormat(type) !== undefined;
}
