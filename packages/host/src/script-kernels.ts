import { LARGEST_MAGNITUDE } from '@synaprune/core';
import type { HostKernels, Part, Selected } from './kernels.js';

/** The 31 bits of a magnitude in three digits, high to low: where each starts and how many bits it has. */
const DIGITS = [
  { shift: 20, width: 11 },
  { shift: 10, width: 10 },
  { shift: 0, width: 10 },
] as const;

/** A word of a mask that keeps all of its 32 elements. */
const ALL = -1;

/**
 * Kernels in plain TypeScript: three counting passes select exactly, in time linear in the number of elements
 * and memory that does not grow with it. Nothing is copied, nothing sorted.
 */
export const scriptKernels: HostKernels = { countBelow, select, drop, zeroDropped, countKept };

function countBelow({ ranking, words }: Part, magnitude: number): number {
  // Nothing ranks at or above 2³¹, which no int32 can hold.
  if (magnitude > LARGEST_MAGNITUDE) return countKept(words);
  let count = 0;
  for (let w = 0; w < words.length; w += 1) {
    const base = w << 5;
    const word = words[w]!;
    if (word === ALL) {
      // The sign of a difference of magnitudes is the comparison, without a branch.
      for (let i = base; i < base + 32; i += 1) {
        count += ((ranking[i]! & LARGEST_MAGNITUDE) - magnitude) >>> 31;
      }
    } else {
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        count += ((ranking[base + lowestBit(rest)]! & LARGEST_MAGNITUDE) - magnitude) >>> 31;
      }
    }
  }
  return count;
}

function select(parts: readonly Part[], rank: number): Selected {
  // After each pass `prefix` holds the digits found so far, and the element looked for is the `left`-th
  // smallest among the elements that share them.
  let prefix = 0;
  let left = rank;
  for (const { shift, width } of DIGITS) {
    const histogram = new Float64Array(1 << width);
    for (const part of parts) countDigits(part, shift, width, prefix, histogram);
    let digit = 0;
    for (; histogram[digit]! < left; digit += 1) left -= histogram[digit]!;
    prefix = (prefix << width) | digit;
  }
  return { magnitude: prefix, ties: left };
}

/** Counts kept elements by the digit at `shift`, those whose higher digits are `prefix`. */
function countDigits(
  { ranking, words }: Part,
  shift: number,
  width: number,
  prefix: number,
  histogram: Float64Array,
): void {
  const digits = histogram.length - 1;
  const higher = shift + width;
  for (let w = 0; w < words.length; w += 1) {
    const base = w << 5;
    const word = words[w]!;
    if (word === ALL) {
      for (let i = base; i < base + 32; i += 1) {
        const magnitude = ranking[i]! & LARGEST_MAGNITUDE;
        // Nothing lies above the first digit: a magnitude shifted by 31 is 0, which is the first prefix.
        if (magnitude >>> higher === prefix) histogram[(magnitude >>> shift) & digits]! += 1;
      }
    } else {
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        const magnitude = ranking[base + lowestBit(rest)]! & LARGEST_MAGNITUDE;
        if (magnitude >>> higher === prefix) histogram[(magnitude >>> shift) & digits]! += 1;
      }
    }
  }
}

function drop({ ranking, words }: Part, magnitude: number, ties: number): number {
  let quota = ties;
  for (let w = 0; w < words.length; w += 1) {
    const base = w << 5;
    const end = Math.min(base + 32, ranking.length);
    let below = 0;
    let equal = 0;
    for (let i = base; i < end; i += 1) {
      const distance = (ranking[i]! & LARGEST_MAGNITUDE) - magnitude;
      below |= (distance >>> 31) << (i & 31);
      if (distance === 0) equal |= 1 << (i & 31);
    }
    const word = words[w]!;
    let dropped = below;
    // Ties go in the order of their index: lowest bits first.
    for (let rest = equal & word; rest !== 0 && quota > 0; rest &= rest - 1) {
      dropped |= rest & -rest;
      quota -= 1;
    }
    words[w] = word & ~dropped;
  }
  return ties - quota;
}

function zeroDropped({ bits, words }: Part): void {
  for (let w = 0; w < words.length; w += 1) {
    const base = w << 5;
    const end = Math.min(base + 32, bits.length);
    const word = words[w]!;
    if (word === 0) bits.fill(0, base, end);
    else if (word !== ALL) {
      // The sign of a shifted word is one bit of the mask; spread over 32 bits it keeps or clears. Zeroing
      // by AND is bit-clean where a product would keep NaN and -0.
      for (let i = base; i < end; i += 1) bits[i]! &= (word << (31 - (i & 31))) >> 31;
    }
  }
}

function countKept(words: Int32Array): number {
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
