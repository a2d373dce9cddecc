import type { Piece } from './directory.js';
import { corrupt } from './fail.js';

/**
 * Where the kept elements are, in rising order.
 *
 * @param mask the gaps between them in a Rice code: each in units of 2^rice as ones behind a zero, then the rest in
 *   `rice` bits, lowest first
 */
export function readPositions({ rice, kept, elements }: Piece, mask: Uint8Array): Uint32Array {
  const positions = new Uint32Array(kept);
  if (kept === elements) return positions.map((_, i) => i);
  // Behind the mask are zeros, which end every gap; it looks afterwards whether they did.
  const padded = new Uint8Array(mask.length + 8);
  padded.set(mask);
  const unit = 2 ** rice;
  let [at, word, bits, next] = [0, 0, 0, 0];
  for (let i = 0; i < kept; i += 1) {
    do {
      for (; bits < 23; bits += 8) word |= padded[at++]! << bits;
      const ones = 31 - Math.clz32(~word & (word + 1));
      next += ones * unit;
      word >>>= ones;
      bits -= ones;
    } while (bits === 0);
    word >>>= 1;
    bits -= 1;
    for (; bits < rice; bits += 8) word |= padded[at++]! << bits;
    next += word & (unit - 1);
    word >>>= rice;
    bits -= rice;
    positions[i] = next;
    next += 1;
  }
  if (next > elements || at * 8 - bits > mask.length * 8) throw corrupt('masks that fit their tensors');
  return positions;
}
