/*
 * The kit's own reading of packed masks and of base64, written apart from core's, so that neither can hide a
 * mistake of the other.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** One flag an element (1 means kept) as packed bits: bit `i % 8` of byte `i >> 3`. */
export function packFlags(flags: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(flags.length / 8));
  flags.forEach((flag, i) => {
    if (flag !== 0) packed[Math.floor(i / 8)]! |= 2 ** (i % 8);
  });
  return packed;
}

/** The bytes of a base64 text, whose letters are not checked. */
export function bytesOfBase64(text: string): Uint8Array {
  const bits = [...text.replaceAll('=', '')]
    .map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(6, '0'))
    .join('');
  return Uint8Array.from({ length: Math.floor(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2),
  );
}
