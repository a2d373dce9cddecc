import { requireWhole } from '../checks/require.js';

/**
 * The seed of one weight's random scores: a hash of the user's seed and the weight's name, so that a weight's
 * scores depend neither on the order of the list nor on the other weights in it.
 *
 * @param seed integer in [0, 2³²)
 * @param name the weight's name; hashed by its UTF-16 code units, two bytes each
 * @returns an integer in [0, 2³²)
 *
 * @example
 * ```ts
 * import { weightSeed } from '@synaprune/core';
 *
 * console.log(weightSeed(1, 'kernel') === weightSeed(1, 'kernel')); // true
 * ```
 */
export function weightSeed(seed: number, name: string): number {
  let hash = mix(seed >>> 0);
  for (let i = 0; i < name.length; i += 1) {
    hash = mix(hash ^ name.charCodeAt(i));
  }
  return hash;
}

/**
 * The random score of one element: a pure function of seed and flat index, the same on every backend. It is
 * the magnitude of a normal float32 (30 random bits, never zero, subnormal, infinite or NaN), so a backend
 * may compute it in place or upload it as floats.
 *
 * @param seed a weight's seed, from {@link weightSeed}
 * @param index flat index of the element
 * @returns an integer in [0x10000000, 0x4fffffff]
 * @throws TypeError | RangeError unless both are non-negative integers
 *
 * @example
 * ```ts
 * import { randomMagnitude } from '@synaprune/core';
 *
 * console.log(randomMagnitude(7, 0) === randomMagnitude(7, 0)); // true
 * ```
 */
export function randomMagnitude(seed: number, index: number): number {
  // Nearly all are of 32 bits; to see that costs less than the division that is saved.
  const isShort =
    typeof seed === 'number' && typeof index === 'number' && seed >>> 0 === seed && index >>> 0 === index;
  const high = isShort ? 0 : highOf(seed, index);
  return 0x10000000 + (mix(mix(seed ^ high) ^ index) >>> 2);
}

/** Elements beyond 2³² would repeat the stream; the high part of the index keeps them apart. */
function highOf(seed: number, index: number): number {
  requireWhole('randomMagnitude', 'seed', seed);
  requireWhole('randomMagnitude', 'index', index);
  return Math.floor(index / 2 ** 32);
}

/** A 32-bit finaliser (two multiply-xorshift rounds): every input bit reaches every output bit. */
function mix(value: number): number {
  let x = (value + 0x9e3779b9) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
