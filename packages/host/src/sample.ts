import { LARGEST_MAGNITUDE } from '@synaprune/core';
import type { Part } from './kernels.js';

/** Groups fetched before any of them is looked at. */
const BATCH = 256;

/**
 * Draws groups of four neighbours, spread evenly over all parts and shaken by a hash, the same each time, and
 * writes the magnitudes of the kept ones to `room`, as far as it goes.
 *
 * @returns how many magnitudes were drawn
 */
export function drawSample(parts: readonly Part[], groups: number, room: Int32Array): number {
  const total = parts.reduce((sum, { elements }) => sum + elements, 0);
  // Every group misses the cache. Fetched into fixed places first, many of them are on their way at a time;
  // compacted at once, each would wait for the one before.
  const magnitudes = new Int32Array(4 * BATCH);
  const masks = new Int32Array(BATCH);
  let count = 0;
  for (const [p, part] of parts.entries()) {
    const { elements, ranking, words } = part;
    if (elements < 4) continue;
    const share = Math.max(1, Math.round((groups * elements) / total));
    const stride = (elements - 3) / share;
    for (let first = 0; first < share; first += BATCH) {
      const batch = Math.min(BATCH, share - first);
      if (ranking instanceof Int32Array) fetchBits(p, first, batch, stride, ranking, magnitudes);
      else fetchComputed(p, first, batch, stride, ranking, magnitudes);
      fetchMasks(p, first, batch, stride, words, masks);
      if (count + 4 * batch > room.length) return count;
      count = compact(batch, magnitudes, masks, room, count);
    }
  }
  return count;
}

// What fetches is told the same three times over, and has a loop of its own: a call a group would cost more than it.

function fetchBits(
  part: number,
  first: number,
  batch: number,
  stride: number,
  bits: Int32Array,
  into: Int32Array,
): void {
  for (let j = 0; j < batch; j += 1) {
    const start = startOf(part, first + j, stride);
    into[4 * j] = bits[start]! & LARGEST_MAGNITUDE;
    into[4 * j + 1] = bits[start + 1]! & LARGEST_MAGNITUDE;
    into[4 * j + 2] = bits[start + 2]! & LARGEST_MAGNITUDE;
    into[4 * j + 3] = bits[start + 3]! & LARGEST_MAGNITUDE;
  }
}

function fetchComputed(
  part: number,
  first: number,
  batch: number,
  stride: number,
  ranking: (from: number, to: number, into: Int32Array) => void,
  into: Int32Array,
): void {
  for (let j = 0; j < batch; j += 1) {
    const start = startOf(part, first + j, stride);
    ranking(start, start + 4, into.subarray(4 * j, 4 * j + 4));
  }
  for (let i = 0; i < 4 * batch; i += 1) into[i]! &= LARGEST_MAGNITUDE;
}

/** The four mask bits of each group, from bit 0 on. */
function fetchMasks(
  part: number,
  first: number,
  batch: number,
  stride: number,
  words: Int32Array,
  into: Int32Array,
): void {
  for (let j = 0; j < batch; j += 1) {
    const start = startOf(part, first + j, stride);
    const shift = start & 31;
    // A group may reach into the next word; there is one, for it has elements there.
    const next = shift > 28 ? words[(start >> 5) + 1]! << (32 - shift) : 0;
    into[j] = (words[start >> 5]! >>> shift) | next;
  }
}

function compact(
  batch: number,
  magnitudes: Int32Array,
  masks: Int32Array,
  room: Int32Array,
  at: number,
): number {
  let count = at;
  for (let j = 0; j < batch; j += 1) {
    const mask = masks[j]!;
    for (let i = 0; i < 4; i += 1) {
      // Written always, counted only if kept: no branch to mispredict.
      room[count] = magnitudes[4 * j + i]!;
      count += (mask >>> i) & 1;
    }
  }
  return count;
}

/** Where a group starts. */
function startOf(part: number, group: number, stride: number): number {
  let x = Math.imul(part + 1, 0x9e3779b1) + group;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return Math.floor((group + ((x ^ (x >>> 16)) >>> 0) / 2 ** 32) * stride);
}
