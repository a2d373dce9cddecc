import { corrupt } from './fail.js';

/**
 * Where the kept elements are, in rising order.
 *
 * @param mask the gaps between them in a Rice code: each in units of 2^rice as ones behind a zero, then the rest in
 *   `rice` bits, lowest first
 */
export function readPositions(mask: Uint8Array, rice: number, kept: number, elements: number): Uint32Array {
  const positions = new Uint32Array(kept);
  if (kept === elements) return positions.map((_, i) => i);
  let [at, word, bits, next] = [0, 0, 0, 0];
  // Behind the mask it reads zeros, which end every gap, and looks afterwards.
  const refill = (): void => {
    for (; bits < 23; bits += 8) word |= mask[at++]! << bits;
  };
  const skip = (count: number): void => {
    word >>>= count;
    bits -= count;
  };
  for (let i = 0; i < kept; i += 1) {
    let units = 0;
    do {
      refill();
      const ones = 31 - Math.clz32(~word & (word + 1));
      units += ones;
      skip(ones);
    } while (bits === 0);
    skip(1);
    refill();
    next += units * 2 ** rice + (word & (2 ** rice - 1));
    skip(rice);
    positions[i] = next;
    next += 1;
  }
  if (next > elements || at * 8 - bits > mask.length * 8) throw corrupt('masks that fit their tensors');
  return positions;
}
