/**
 * How many little-endian codes are equal to one, in the bits that count: four bytes at a time.
 *
 * @param significant 1 in the bits that are compared
 */
export function countEqual(bytes: Uint8Array, bits: 8 | 16, code: number, significant: number): number {
  const size = bits / 8;
  const one = { size, code, significant };
  // Up to where four bytes lie as one word, and what is left behind the last.
  const head = Math.min(bytes.length, (4 - (bytes.byteOffset % 4)) % 4);
  if (head % size !== 0) return countInCopies(bytes, bits, code, significant);
  const words = (bytes.length - head) >> 2;
  const whole = new Int32Array(bytes.buffer, bytes.byteOffset + head, words);
  return (
    countOneByOne(bytes, 0, head, one) +
    countInWords(whole, bits, code & significant, significant) +
    countOneByOne(bytes, head + 4 * words, bytes.length, one)
  );
}

/** How many little-endian float32 are ±0. */
export function countFloatZeros(bytes: Uint8Array, count: number): number {
  let zeros = 0;
  if (bytes.byteOffset % 4 === 0) {
    const bits = new Int32Array(bytes.buffer, bytes.byteOffset, count);
    for (let i = 0; i < count; i += 1) if ((bits[i]! & 0x7fffffff) === 0) zeros += 1;
    return zeros;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i += 1) if ((view.getInt32(4 * i, true) & 0x7fffffff) === 0) zeros += 1;
  return zeros;
}

const COPIED = 1 << 14;

/** Codes that lie across words: in copies that do not. */
function countInCopies(bytes: Uint8Array, bits: 8 | 16, code: number, significant: number): number {
  const room = new Uint8Array(COPIED);
  let count = 0;
  for (let at = 0; at < bytes.length; at += COPIED) {
    const part = bytes.subarray(at, at + COPIED);
    room.set(part);
    count += countEqual(room.subarray(0, part.length), bits, code, significant);
  }
  return count;
}

function countOneByOne(
  bytes: Uint8Array,
  from: number,
  to: number,
  { size, code, significant }: { readonly size: number; readonly code: number; readonly significant: number },
): number {
  let count = 0;
  for (let at = from; at < to; at += size) {
    const value = size === 1 ? bytes[at]! : bytes[at]! | (bytes[at + 1]! << 8);
    if (((value ^ code) & significant) === 0) count += 1;
  }
  return count;
}

/** Counts are kept in the codes' own bits, which hold so many. */
const MOST_AT_ONCE = 255;

function countInWords(words: Int32Array, bits: 8 | 16, code: number, significant: number): number {
  const spread = bits === 8 ? 0x01010101 : 0x00010001;
  const all = Math.imul(spread, significant);
  const wanted = Math.imul(spread, code);
  const low = Math.imul(spread, 2 ** (bits - 1) - 1);
  let count = 0;
  for (let from = 0; from < words.length; from += MOST_AT_ONCE) {
    const to = Math.min(words.length, from + MOST_AT_ONCE);
    let sums = 0;
    for (let i = from; i < to; i += 1) {
      const differs = (words[i]! ^ wanted) & all;
      // The top bit of each code is 1 where any of its bits is: the sum carries into it, and not beyond.
      const top = ((differs & low) + low) | differs;
      sums += (~top >>> (bits - 1)) & spread;
    }
    for (let shift = 0; shift < 32; shift += bits) count += (sums >>> shift) & (2 ** bits - 1);
  }
  return count;
}
