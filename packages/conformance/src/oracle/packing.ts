/*
 * The kit's own reading of packed masks and of base64, written apart from core's, so that neither can hide a
 * mistake of the other.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]));

/** One flag an element (1 means kept) as packed bits: bit `i % 8` of byte `i >> 3`. */
export function packFlags(flags: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(flags.length / 8));
  for (let i = 0; i < flags.length; i += 1) {
    if (flags[i] !== 0) packed[Math.floor(i / 8)]! |= 2 ** (i % 8);
  }
  return packed;
}

/** The bytes of a base64 text, whose letters are not checked. */
export function bytesOfBase64(text: string): Uint8Array {
  const letters = text.replaceAll('=', '');
  const bytes = new Uint8Array(Math.floor((letters.length * 6) / 8));
  let [bits, count, at] = [0, 0, 0];
  for (const letter of letters) {
    bits = (bits % 2 ** 6) * 2 ** 6 + VALUES.get(letter)!;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[at] = Math.floor(bits / 2 ** count);
    at += 1;
  }
  return bytes;
}
