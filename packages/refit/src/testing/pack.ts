/** Packed bits from flags. */
export function pack(flags: readonly (0 | 1 | boolean)[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(flags.length / 8));
  for (const [i, flag] of flags.entries()) if (flag) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

/** Flags from packed bits. */
export function unpack(bits: Uint8Array, elements: number): number[] {
  return Array.from({ length: elements }, (_, i) => (bits[i >> 3]! >> (i & 7)) & 1);
}
