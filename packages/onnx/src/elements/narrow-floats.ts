const float32 = new Float32Array(1);
const bits32 = new Uint32Array(float32.buffer);

/** The value that the bits of an IEEE 754 binary16 stand for. */
export function floatOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** The value that the bits of a bfloat16 stand for: the upper half of a float32. */
export function floatOfBfloat(bits: number): number {
  bits32[0] = bits << 16;
  return float32[0]!;
}
