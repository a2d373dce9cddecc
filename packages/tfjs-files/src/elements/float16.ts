const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/** Largest number of a float16; what is further out by half a step rounds to infinity. */
export const LARGEST_FLOAT16 = 65_504;

/**
 * The bits of the float16 nearest to a finite number of at most 65504, ties to even; of a number that would round
 * to zero and is none, those of the smallest float16 of its sign.
 */
export function toFloat16(value: number): number {
  floats[0] = value;
  const sign = (bits[0]! >>> 16) & 0x8000;
  const magnitude = bits[0]! & 0x7fffffff;
  if (magnitude === 0) return sign;
  // Below the smallest normal number, 2⁻¹⁴, a float16 counts in steps of 2⁻²⁴.
  if (magnitude < 0x38800000) return sign | Math.max(1, roundToEven(Math.abs(value) * 2 ** 24));
  // Ten bits of the fraction stay, of twenty-three; the exponent's bias falls from 127 to 15.
  return sign | (roundToEven(magnitude / 2 ** 13) - (112 << 10));
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}
