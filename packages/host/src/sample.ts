import { LARGEST_MAGNITUDE } from '@synaprune/core';
import type { Part } from './kernels.js';

/** Neighbours that are drawn together: most are in one line of the cache, which costs as much as one of them. */
export const CLUSTER = 8;
/** Clusters fetched before any of them is looked at. */
export const BATCH = 128;

/**
 * Chooses clusters of eight neighbours, spread evenly over all parts and shaken by a hash, the same each time.
 *
 * @param most how many elements are chosen, at most, dropped ones among them
 * @param starts receives where each cluster of a batch starts
 * @param masks receives the eight mask bits of each
 * @param take takes the batch, so many clusters of a part; no more are chosen once it says no
 */
export function chooseClusters<Each extends Pick<Part, 'elements' | 'words'>>(
  parts: readonly Each[],
  most: number,
  starts: Int32Array,
  masks: Int32Array,
  take: (part: Each, batch: number) => boolean,
): void {
  const blocks = parts.reduce((sum, { elements }) => sum + Math.floor(elements / CLUSTER), 0);
  const clusters = Math.min(blocks, Math.ceil(most / CLUSTER));
  const stride = blocks / clusters;
  let next = 0;
  let before = 0;
  for (const part of parts) {
    const here = Math.floor(part.elements / CLUSTER);
    const { words } = part;
    for (;;) {
      let batch = 0;
      for (; batch < BATCH && next < clusters; batch += 1, next += 1) {
        const block = blockOf(next, stride) - before;
        if (block >= here) break;
        starts[batch] = CLUSTER * block;
        // A byte of a word, because clusters begin at multiples of eight.
        masks[batch] = (words[block >> 2]! >>> (CLUSTER * (block & 3))) & 0xff;
      }
      if (batch === 0) break;
      if (!take(part, batch)) return;
    }
    before += here;
  }
}

/**
 * Draws a sample of the kept elements of all parts, and writes their magnitudes to `room`, as far as it goes.
 *
 * @returns how many magnitudes were drawn
 */
export function drawSample(parts: readonly Part[], most: number, room: Int32Array): number {
  const starts = new Int32Array(BATCH);
  const masks = new Int32Array(BATCH);
  const bits = new Int32Array(CLUSTER * BATCH);
  let count = 0;
  chooseClusters(parts, most, starts, masks, ({ ranking }, batch) => {
    if (count + CLUSTER * batch > room.length) return false;
    fetchClusters(ranking, starts, batch, bits);
    count = compact(batch, bits, masks, room, count);
    return true;
  });
  return count;
}

/** Copies the bits of clusters to one place. Each misses the cache: many are to be on their way at a time. */
export function fetchClusters(
  ranking: Part['ranking'],
  starts: Int32Array,
  batch: number,
  into: Int32Array,
): void {
  if (ranking instanceof Int32Array) {
    for (let j = 0; j < batch; j += 1) {
      const start = starts[j]!;
      for (let i = 0; i < CLUSTER; i += 1) into[CLUSTER * j + i] = ranking[start + i]!;
    }
  } else {
    for (let j = 0; j < batch; j += 1) {
      ranking(starts[j]!, starts[j]! + CLUSTER, into.subarray(CLUSTER * j, CLUSTER * (j + 1)));
    }
  }
}

/**
 * How many times more the shares of clusters vary than those of as many single elements drawn anywhere would: 1 for
 * weights that know nothing of their neighbours, 8 where neighbours are all the same.
 *
 * @param sample what was drawn, cluster by cluster
 * @param magnitude the share of what lies below it is looked at
 */
export function likeness(sample: Int32Array, magnitude: number): number {
  const clusters = Math.floor(sample.length / CLUSTER);
  let sum = 0;
  let squares = 0;
  let last = 0;
  for (let c = 0; c < clusters; c += 1) {
    let below = 0;
    for (let i = CLUSTER * c; i < CLUSTER * (c + 1); i += 1) below += (sample[i]! - magnitude) >>> 31;
    sum += below;
    // Against the one before: what differs from tensor to tensor is spread evenly and does no harm.
    if (c > 0) squares += (below - last) ** 2;
    last = below;
  }
  const share = sum / (CLUSTER * clusters);
  const expected = 2 * (clusters - 1) * CLUSTER * share * (1 - share);
  return expected > 0 ? squares / expected : 1;
}

/** Writes the magnitudes of the kept ones of a batch to `room` from a place on; returns where they end. */
export function compact(
  batch: number,
  bits: Int32Array,
  masks: Int32Array,
  room: Int32Array,
  at: number,
): number {
  let count = at;
  for (let j = 0; j < batch; j += 1) {
    const mask = masks[j]!;
    if (mask === 0) continue;
    for (let i = 0; i < CLUSTER; i += 1) {
      // Written always, counted only if kept: no branch to mispredict.
      room[count] = bits[CLUSTER * j + i]! & LARGEST_MAGNITUDE;
      count += (mask >>> i) & 1;
    }
  }
  return count;
}

/** Which block of eight a cluster is: one of each `stride` of them, wherever a hash says. */
function blockOf(cluster: number, stride: number): number {
  let x = Math.imul(cluster, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return Math.floor((cluster + ((x ^ (x >>> 16)) >>> 0) / 2 ** 32) * stride);
}
