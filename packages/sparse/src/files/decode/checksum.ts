/**
 * What says that bytes are those that were written: MurmurHash3 in its form of 32 bits for x86, in [0, 2³²). It is as
 * sure as a CRC-32 against damage, no more against forgery, and takes a word at a time with no table.
 *
 * @param before that of the bytes in front: the seed
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
export function checksum(bytes: Uint8Array, before = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const { length } = bytes;
  let sum = before;
  let i = 0;
  for (; i < length - 3; i += 4) {
    sum ^= mix(view.getInt32(i, true));
    sum = (Math.imul((sum << 13) | (sum >>> 19), 5) + 0xe6546b64) | 0;
  }
  let last = 0;
  for (let k = length - 1; k >= i; k -= 1) last = (last << 8) | bytes[k]!;
  sum ^= mix(last) ^ length;
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}

function mix(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}
