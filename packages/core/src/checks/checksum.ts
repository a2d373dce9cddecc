import { isRecord } from './require.js';

/* What the checksums of saved states are made of. */

/** 32-bit FNV-1a of the code units of a text, from its own start or another. */
export function hashText(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/**
 * 32-bit FNV-1a of whole words, turned at each, since a sign that is flipped would else stay in the highest bit and a second
 * one cancel it.
 */
export function hashWords(words: Int32Array, start = 0x811c9dc5): number {
  let hash = start;
  for (let i = 0; i < words.length; i += 1) {
    const word = hash ^ words[i]!;
    hash = Math.imul((word << 15) | (word >>> 17), 0x01000193);
  }
  return hash;
}

/** A hash of 32 bits as eight hexadecimal digits. */
export function hashDigits(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A value whose JSON does not depend on the order in which the keys of its objects were written, at any depth. */
export function keysSorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(keysSorted);
  if (!isRecord(value)) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, keysSorted(value[key])]);
}
