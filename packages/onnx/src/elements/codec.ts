import { type ElementType, integerFormat, isFloat } from './element-type.js';
import { floatOfBfloat, floatOfHalf, roundToBfloat, roundToHalf } from './rounding.js';

/**
 * One element of a tensor, exactly: 64-bit integers as bigints, all else as numbers; a float16 is its value, a bool
 * 0 or 1.
 */
export type Element = number | bigint;

type StoredIn = 'floatData' | 'doubleData' | 'int32Data' | 'int64Data' | 'uint64Data';

/** How the elements of a type lie in a file. */
export interface ElementCodec {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => Element;
  readonly write: (view: DataView, at: number, element: Element) => void;
  /** The list that holds the elements where they are not raw bytes. */
  readonly field: StoredIn;
  /** An element from what that list holds. */
  readonly stored: (value: number | bigint) => Element;
}

const half = new DataView(new ArrayBuffer(4));

/** The 16 bits of a float16, of a number that is one. */
function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(roundToHalf(value));
  if (magnitude === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24);
  half.setFloat32(0, magnitude, true);
  const bits = half.getUint32(0, true);
  return sign | (((bits >>> 23) - 112) << 10) | ((bits >>> 13) & 0x3ff);
}

/** The 16 bits of a bfloat16, of a number that is one. */
function bfloatBits(value: number): number {
  half.setFloat32(0, roundToBfloat(value), true);
  return half.getUint32(0, true) >>> 16;
}

/** A type whose elements a DataView reads and writes under the name of `kind`. */
const plain = (
  kind: 'Float32' | 'Float64' | 'Int8' | 'Uint8' | 'Int16' | 'Uint16' | 'Int32' | 'Uint32',
  bytes: number,
  field: StoredIn,
): ElementCodec => ({
  bytes,
  field,
  read: (view, at) => view[`get${kind}`](at, true),
  write: (view, at, element) => view[`set${kind}`](at, Number(element), true),
  stored: Number,
});

/** A float of 16 bits. */
const narrow = (numberOf: (bits: number) => number, bitsOf: (value: number) => number): ElementCodec => ({
  bytes: 2,
  field: 'int32Data',
  read: (view, at) => numberOf(view.getUint16(at, true)),
  write: (view, at, element) => view.setUint16(at, bitsOf(Number(element)), true),
  stored: (bits) => numberOf(Number(bits)),
});

const wide = (kind: 'BigInt64' | 'BigUint64', field: StoredIn): ElementCodec => ({
  bytes: 8,
  field,
  read: (view, at) => view[`get${kind}`](at, true),
  write: (view, at, element) => view[`set${kind}`](at, BigInt(element), true),
  stored: BigInt,
});

const codecs: Partial<Record<ElementType, ElementCodec>> = {
  float32: plain('Float32', 4, 'floatData'),
  float64: plain('Float64', 8, 'doubleData'),
  float16: narrow(floatOfHalf, halfBits),
  bfloat16: narrow(floatOfBfloat, bfloatBits),
  int8: plain('Int8', 1, 'int32Data'),
  uint8: plain('Uint8', 1, 'int32Data'),
  int16: plain('Int16', 2, 'int32Data'),
  uint16: plain('Uint16', 2, 'int32Data'),
  int32: plain('Int32', 4, 'int32Data'),
  uint32: plain('Uint32', 4, 'uint64Data'),
  int64: wide('BigInt64', 'int64Data'),
  uint64: wide('BigUint64', 'uint64Data'),
  bool: {
    ...plain('Uint8', 1, 'int32Data'),
    read: (view, at) => Math.sign(view.getUint8(at)),
    stored: (value) => (Number(value) === 0 ? 0 : 1),
  },
};

/** How a type lies in a file; undefined for types whose elements this package does not look at. */
export function codecOf(type: ElementType): ElementCodec | undefined {
  return codecs[type];
}

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
