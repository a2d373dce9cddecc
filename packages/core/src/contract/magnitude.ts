/*
 * The ranking key of law 2: the bits of a float32 without its sign. Ordered as integers, they rank
 * -0 = +0 < subnormals < normals < infinity < NaN, so NaN is never dropped first.
 */

/** Magnitude of infinity. Everything above it is NaN. */
export const INFINITY_MAGNITUDE = 0x7f800000;
/** Magnitude of the smallest normal float32; zero and the subnormals lie below it. */
export const SMALLEST_NORMAL_MAGNITUDE = 0x00800000;
/** Magnitude of the NaN that arithmetic produces. */
export const QUIET_NAN_MAGNITUDE = 0x7fc00000;
/** Largest magnitude there is (a NaN with every payload bit set). */
export const LARGEST_MAGNITUDE = 0x7fffffff;

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/**
 * The magnitude of a float32 as an integer in [0, 0x7fffffff]: its bit pattern without the sign bit. A number
 * that is no float32 is rounded to one first.
 *
 * @example
 * ```ts
 * import { magnitudeOf } from '@synaprune/core';
 *
 * console.log(magnitudeOf(-0) === magnitudeOf(0)); // true
 * console.log(magnitudeOf(NaN) > magnitudeOf(Infinity)); // true
 * ```
 */
export function magnitudeOf(value: number): number {
  floats[0] = value;
  return bits[0]! & LARGEST_MAGNITUDE;
}

/**
 * The non-negative float32 with the given magnitude: the inverse of {@link magnitudeOf}, for backends that
 * compare floats rather than bits.
 *
 * @throws RangeError when `magnitude` is no integer in [0, 0x7fffffff]
 *
 * @example
 * ```ts
 * import { floatOfMagnitude, magnitudeOf } from '@synaprune/core';
 *
 * console.log(floatOfMagnitude(magnitudeOf(-1.5))); // 1.5
 * ```
 */
export function floatOfMagnitude(magnitude: number): number {
  if (!Number.isInteger(magnitude) || magnitude < 0 || magnitude > LARGEST_MAGNITUDE) {
    throw new RangeError(`a magnitude is an integer in [0, 0x7fffffff], got ${magnitude}`);
  }
  bits[0] = magnitude;
  return floats[0]!;
}
