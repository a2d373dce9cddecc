import { requireThat, requireWhole } from '../checks/require.js';

/*
 * Packed masks: bit `i % 8` of byte `i >> 3` belongs to element `i`; unused bits of the last byte are 0. And
 * their text form, base64 (RFC 4648, padded), written here because the language itself has none.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Bytes that hold one bit for each of `elements` elements.
 *
 * @throws TypeError | RangeError unless `elements` is a non-negative integer
 *
 * @example
 * ```ts
 * import { packedLength } from '@synaprune/core';
 *
 * console.log(packedLength(9)); // 2
 * ```
 */
export function packedLength(elements: number): number {
  requireWhole('packedLength', 'elements', elements);
  return Math.ceil(elements / 8);
}

/**
 * How many bits are 1.
 *
 * @throws TypeError unless `packed` is a Uint8Array
 */
export function countBits(packed: Uint8Array): number {
  requireThat('countBits', 'packed', packed, 'a Uint8Array', packed instanceof Uint8Array);
  let count = 0;
  for (let byte of packed) {
    for (; byte !== 0; byte &= byte - 1) count += 1;
  }
  return count;
}

/** Whether the bits after `elements` in the last byte are all 0, as they must be. */
export function hasCleanTail(packed: Uint8Array, elements: number): boolean {
  const used = elements % 8;
  return used === 0 || packed[packed.length - 1]! >> used === 0;
}

/**
 * Bytes as base64 (RFC 4648, padded), as the masks in a state are written.
 *
 * @throws TypeError unless `bytes` is a Uint8Array
 *
 * @example
 * ```ts
 * import { toBase64 } from '@synaprune/core';
 *
 * console.log(toBase64(Uint8Array.of(255, 1))); // /wE=
 * ```
 */
export function toBase64(bytes: Uint8Array): string {
  requireThat('toBase64', 'bytes', bytes, 'a Uint8Array', bytes instanceof Uint8Array);
  const pieces: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const left = bytes.length - i;
    pieces.push(
      ALPHABET[word >> 18]! +
        ALPHABET[(word >> 12) & 63]! +
        (left > 1 ? ALPHABET[(word >> 6) & 63]! : '=') +
        (left > 2 ? ALPHABET[word & 63]! : '='),
    );
  }
  return pieces.join('');
}

/** The value of each letter of the alphabet, by its code. */
const VALUES = new Uint8Array(128);
for (let i = 0; i < ALPHABET.length; i += 1) VALUES[ALPHABET.charCodeAt(i)] = i;

/**
 * Bytes from base64, or `undefined` when the text is no canonical base64: padded, nothing between the letters, and no
 * bits behind the padding.
 *
 * @example
 * ```ts
 * import { fromBase64 } from '@synaprune/core';
 *
 * console.log(fromBase64('/wE=')); // Uint8Array(2) [ 255, 1 ]
 * console.log(fromBase64('/wF=')); // undefined
 * ```
 */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let at = 0;
  let word = 0;
  for (let i = 0; i < text.length; i += 4) {
    word = 0;
    // A padding character counts as 0.
    for (let j = 0; j < 4; j += 1) word = (word << 6) | VALUES[text.charCodeAt(i + j)]!;
    for (let shift = 16; shift >= 0 && at < bytes.length; shift -= 8) bytes[at++] = word >> shift;
  }
  // Bits hidden behind the padding would be lost without a word.
  return (word & ((1 << (8 * padding)) - 1)) === 0 ? bytes : undefined;
}
