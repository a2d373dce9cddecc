import { LARGEST_MAGNITUDE } from '@synaprune/core';

/*
 * The inner loops in plain TypeScript, over one chunk: `ranking` holds `elements` bit patterns and `words` the
 * mask from its first bit on. The sign of a difference of magnitudes is a comparison without a branch.
 */

/** A word of a mask that keeps all of its 32 elements. */
export const ALL = -1;

/** Kept elements whose magnitude is below `limit`, at most 0x7fffffff. */
export function countChunkBelow(ranking: Int32Array, words: Int32Array, limit: number): number {
  let count = 0;
  for (let w = 0; w < words.length; w += 1) {
    const base = w << 5;
    const word = words[w]!;
    if (word === ALL) {
      for (let i = base; i < base + 32; i += 1) count += ((ranking[i]! & LARGEST_MAGNITUDE) - limit) >>> 31;
    } else {
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        count += ((ranking[base + lowestBit(rest)]! & LARGEST_MAGNITUDE) - limit) >>> 31;
      }
    }
  }
  return count;
}

/** Kept elements exactly at `magnitude`. */
export function countChunkEqual(ranking: Int32Array, words: Int32Array, magnitude: number): number {
  let count = 0;
  for (let w = 0; w < words.length; w += 1) {
    const base = w << 5;
    for (let rest = words[w]!; rest !== 0; rest &= rest - 1) {
      count += Number((ranking[base + lowestBit(rest)]! & LARGEST_MAGNITUDE) === magnitude);
    }
  }
  return count;
}

/**
 * Writes the kept magnitudes strictly between `low` and `high` to `out` from `at` on.
 *
 * @returns how many kept magnitudes lie above `low`, and where `out` ends now
 */
export function collectChunk(
  ranking: Int32Array,
  words: Int32Array,
  low: number,
  high: number,
  out: Int32Array,
  at: number,
): { readonly upToLow: number; readonly end: number } {
  const least = low + 1;
  const span = high - low - 2;
  let upToLow = 0;
  let end = at;
  for (let w = 0; w < words.length; w += 1) {
    const base = w << 5;
    const word = words[w]!;
    if (word === ALL) {
      for (let i = base; i < base + 32; i += 8) {
        const a = ((ranking[i]! & LARGEST_MAGNITUDE) - least) | 0;
        const b = ((ranking[i + 1]! & LARGEST_MAGNITUDE) - least) | 0;
        const c = ((ranking[i + 2]! & LARGEST_MAGNITUDE) - least) | 0;
        const d = ((ranking[i + 3]! & LARGEST_MAGNITUDE) - least) | 0;
        const e = ((ranking[i + 4]! & LARGEST_MAGNITUDE) - least) | 0;
        const f = ((ranking[i + 5]! & LARGEST_MAGNITUDE) - least) | 0;
        const g = ((ranking[i + 6]! & LARGEST_MAGNITUDE) - least) | 0;
        const h = ((ranking[i + 7]! & LARGEST_MAGNITUDE) - least) | 0;
        upToLow -=
          (a >> 31) + (b >> 31) + (c >> 31) + (d >> 31) + (e >> 31) + (f >> 31) + (g >> 31) + (h >> 31);
        // An element is inside when neither it nor its distance to the far end is negative. Most groups of
        // eight have none, and one test finds that out.
        const none =
          (a | (span - a)) &
          (b | (span - b)) &
          (c | (span - c)) &
          (d | (span - d)) &
          (e | (span - e)) &
          (f | (span - f)) &
          (g | (span - g)) &
          (h | (span - h));
        if (none >= 0) {
          // Written always, kept only if it is inside: no branch to mispredict.
          out[end] = a + least;
          end += 1 + ((a | (span - a)) >> 31);
          out[end] = b + least;
          end += 1 + ((b | (span - b)) >> 31);
          out[end] = c + least;
          end += 1 + ((c | (span - c)) >> 31);
          out[end] = d + least;
          end += 1 + ((d | (span - d)) >> 31);
          out[end] = e + least;
          end += 1 + ((e | (span - e)) >> 31);
          out[end] = f + least;
          end += 1 + ((f | (span - f)) >> 31);
          out[end] = g + least;
          end += 1 + ((g | (span - g)) >> 31);
          out[end] = h + least;
          end += 1 + ((h | (span - h)) >> 31);
        }
      }
    } else {
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        const magnitude = ranking[base + lowestBit(rest)]! & LARGEST_MAGNITUDE;
        if (magnitude <= low) upToLow += 1;
        else if (magnitude < high) out[end++] = magnitude;
      }
    }
  }
  return { upToLow, end };
}

/**
 * Drops kept elements below `magnitude` and the first `ties` at it; returns ties used. In the mask only, unless the
 * ranking is the weight itself, all of whose dropped elements are then set to 0.
 */
export function dropChunk(
  ranking: Int32Array,
  words: Int32Array,
  magnitude: number,
  ties: number,
  zeroes: boolean,
): number {
  let quota = ties;
  for (let w = 0; w < words.length; w += 1) {
    const base = w << 5;
    const end = Math.min(base + 32, ranking.length);
    const word = words[w]!;
    let below = 0;
    // Negative where an element is exactly at the magnitude, or may be.
    let tied = 0;
    let i = end;
    for (; i >= base + 4; i -= 4) {
      const p = ranking[i - 4]!;
      const q = ranking[i - 3]!;
      const r = ranking[i - 2]!;
      const s = ranking[i - 1]!;
      const a = ((p & LARGEST_MAGNITUDE) - magnitude) | 0;
      const b = ((q & LARGEST_MAGNITUDE) - magnitude) | 0;
      const c = ((r & LARGEST_MAGNITUDE) - magnitude) | 0;
      const d = ((s & LARGEST_MAGNITUDE) - magnitude) | 0;
      if (zeroes) {
        ranking[i - 4] = p & ~(a >> 31);
        ranking[i - 3] = q & ~(b >> 31);
        ranking[i - 2] = r & ~(c >> 31);
        ranking[i - 1] = s & ~(d >> 31);
      }
      below = (below << 4) | (a >>> 31) | ((b >> 31) & 2) | ((c >> 31) & 4) | ((d >> 31) & 8);
      // Of all differences only 0 changes its sign when 1 is taken from it.
      if (quota > 0) tied |= (a ^ (a - 1)) | (b ^ (b - 1)) | (c ^ (c - 1)) | (d ^ (d - 1));
    }
    for (; i > base; i -= 1) {
      below = (below << 1) | (((ranking[i - 1]! & LARGEST_MAGNITUDE) - magnitude) >>> 31);
      tied = -1;
    }
    let left = word & ~below;
    if (tied < 0) {
      // Ties go in the order of their index: lowest bits first.
      for (let rest = left; rest !== 0 && quota > 0; rest &= rest - 1) {
        if ((ranking[base + lowestBit(rest)]! & LARGEST_MAGNITUDE) !== magnitude) continue;
        left &= ~(rest & -rest);
        quota -= 1;
      }
    }
    words[w] = left;
    // What had been dropped before may have moved since.
    if (zeroes && (tied < 0 || word !== ALL)) zeroWord(ranking, base, end, left);
  }
  return ties - quota;
}

/** Sets what the mask drops to 0. `bits` may be 32 or 16 an element, or four bytes. */
export function zeroChunk(bits: Int32Array | Uint16Array | Uint8Array, words: Int32Array): void {
  if (bits instanceof Uint8Array) {
    for (let i = 0; 4 * i < bits.length; i += 1) {
      if (((words[i >> 5]! >> (i & 31)) & 1) === 0) bits.fill(0, 4 * i, 4 * i + 4);
    }
    return;
  }
  for (let w = 0; w < words.length; w += 1) {
    zeroWord(bits, w << 5, Math.min((w << 5) + 32, bits.length), words[w]!);
  }
}

/** The same of the elements of one word. */
function zeroWord(bits: Int32Array | Uint16Array, from: number, to: number, word: number): void {
  if (word === 0) bits.fill(0, from, to);
  else if (word !== ALL) {
    // Zeroing by AND is bit-clean where a product would keep NaN and -0.
    let i = from;
    let rest = word;
    for (; i + 4 <= to; i += 4, rest >>= 4) {
      bits[i]! &= -(rest & 1);
      bits[i + 1]! &= (rest << 30) >> 31;
      bits[i + 2]! &= (rest << 29) >> 31;
      bits[i + 3]! &= (rest << 28) >> 31;
    }
    for (; i < to; i += 1, rest >>= 1) bits[i]! &= -(rest & 1);
  }
}

/** How many bits are 1. */
export function countWords(words: Int32Array): number {
  let count = 0;
  for (let w = 0; w < words.length; w += 1) {
    const word = words[w]!;
    // Bits are added in pairs, then in fours, then in bytes; the product sums the bytes.
    const pairs = word - ((word >>> 1) & 0x55555555);
    const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
    count += Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** Index of the lowest bit that is 1. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
