import type { Piece } from './directory.js';

/** Most ones that are counted at once: of 32 bits that begin anywhere in a byte, 25 are whole. */
const MOST_ONES = 24;

/**
 * Where the kept elements are, in rising order. Throws whatever it throws when the mask does not fit.
 *
 * @param mask the gaps between them in a Rice code: each in units of 2^rice as ones in front of a zero, then the rest in
 *   `rice` bits, lowest first. In its buffer follow a few bytes, whatever they are
 */
export function readPositions({ rice, kept, elements }: Piece, mask: Uint8Array): Uint32Array {
  const positions = new Uint32Array(kept);
  if (kept === elements) return positions.map((_, i) => i);
  const bits = new DataView(mask.buffer, mask.byteOffset);
  const rest = (1 << rice) - 1;
  let [i, at, next] = [0, 0, 0];
  while (i < kept) {
    const word = (bits.getUint32(at >> 3, true) >>> (at & 7)) & 0xffffff;
    const ones = 31 - Math.clz32(~word & (word + 1));
    next += ones << rice;
    at += ones;
    if (ones === MOST_ONES) continue;
    at += 1;
    next += (bits.getUint32(at >> 3, true) >>> (at & 7)) & rest;
    at += rice;
    positions[i] = next;
    next += 1;
    i += 1;
  }
  if (next > elements || at > mask.length * 8) throw positions;
  return positions;
}
