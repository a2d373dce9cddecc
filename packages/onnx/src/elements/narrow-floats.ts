const scratch = new DataView(new ArrayBuffer(8));

/** A whole number: the nearest, the even one of two as near. Keeps the sign of zero. */
export function roundHalfEven(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const magnitude = Math.abs(value);
  const floor = Math.floor(magnitude);
  const rest = magnitude - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 === 1);
  return Math.sign(value) * (up ? floor + 1 : floor);
}

/** The nearest number of a narrow float, in one rounding; beyond the largest is infinity. */
function round(value: number, digits: number, smallestExponent: number, largest: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  scratch.setFloat64(0, value);
  const exponent = Math.max(((scratch.getUint32(0) >>> 20) & 0x7ff) - 1023, smallestExponent);
  const unit = 2 ** (exponent - digits + 1);
  const rounded = roundHalfEven(value / unit) * unit;
  return Math.abs(rounded) > largest ? Math.sign(rounded) * Number.POSITIVE_INFINITY : rounded;
}

/** The nearest float16. */
export const roundToHalf = (value: number): number => round(value, 11, -14, 65504);

/** The nearest bfloat16. */
export const roundToBfloat = (value: number): number => round(value, 8, -126, (2 - 2 ** -7) * 2 ** 127);

/** The value of the bits of a bfloat16: the upper half of a float32. */
export function floatOfBfloat(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/** The 16 bits of a float16, of a number that is one. */
export function bitsOfHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(roundToHalf(value));
  if (magnitude === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24);
  scratch.setFloat32(0, magnitude);
  const bits = scratch.getUint32(0);
  return sign | (((bits >>> 23) - 112) << 10) | ((bits >>> 13) & 0x3ff);
}

/** The 16 bits of a bfloat16, of a number that is one. */
export function bitsOfBfloat(value: number): number {
  scratch.setFloat32(0, roundToBfloat(value));
  return scratch.getUint32(0) >>> 16;
}

/** A float64 that rounds to every narrower float as the integer itself does, however long that is. */
export function roundableOf(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  const excess = magnitude.toString(2).length - 53;
  if (excess <= 0) return Number(value);
  // What is cut off stays as a last bit that is 1: enough to tell which way the rest is rounded.
  const cut = magnitude >> BigInt(excess);
  const odd = cut << BigInt(excess) === magnitude ? cut : cut | 1n;
  return (value < 0n ? -1 : 1) * Number(odd) * 2 ** excess;
}
