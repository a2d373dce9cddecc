import { type Item, randomMagnitude } from '@synaprune/core';
import type { HostMask, HostWeight, Part } from '@synaprune/host';
import {
  countZeroCodes,
  type StoredWeight,
  storedBackend,
  storedLoops,
  storedPartOf,
} from '@synaprune/host/stored';
import { memoryWeight } from '../weights/memory-weight.js';
import { STRETCH, type StreamedWeight } from './streamed-weight.js';

export type StreamItem = Item<StreamedWeight, HostMask>;

/** What was dropped of a stretch. */
interface Dropped {
  readonly before: number;
  readonly after: number;
  readonly ties: number;
}

/** Some consecutive elements of a weight, in memory. */
interface Stretch {
  /** As kernels take it; its mask words are live. */
  readonly part: Part;
  /** Drops below a magnitude and so many ties at it, and zeroes what is dropped; zeros before and after, and ties used. */
  dropAndZero(magnitude: number, ties: number): Dropped;
}

/**
 * Visits a weight from its first element to its last.
 *
 * @param write takes every stretch after it was visited, with the index of its first element
 */
export async function forEachStretch(
  item: StreamItem,
  visit: (stretch: Stretch) => void,
  write?: StreamedWeight['write'],
): Promise<void> {
  const { weight } = item;
  const countAt = (first: number): number => Math.min(STRETCH, weight.elements - first);
  let pending = weight.read(0, countAt(0));
  for (let first = 0; first < weight.elements; first += STRETCH) {
    const chunk = await pending;
    const stretch = await stretchOf(item, chunk, first, countAt(first));
    const next = first + STRETCH;
    // The next one is on its way while this one is worked on.
    if (next < weight.elements) {
      pending = weight.read(next, countAt(next));
      pending.catch(() => {});
    }
    visit(stretch);
    await write?.(chunk, first);
  }
}

async function stretchOf(
  { weight, mask, score }: StreamItem,
  chunk: Uint8Array,
  first: number,
  count: number,
): Promise<Stretch> {
  const { format } = weight;
  const own: HostMask = {
    words: mask.words.subarray(first / 32, Math.ceil((first + count) / 32)),
    elements: count,
  };
  const inMemory = memoryWeight(format, chunk, [count], first);
  const inPlace = storedPartOf({ weight: inMemory, mask: own, score: { kind: 'magnitude' } });
  const part =
    score.kind === 'magnitude'
      ? inPlace
      : storedPartOf({
          weight: inMemory,
          mask: own,
          score: {
            kind: 'tensor',
            tensor:
              score.kind === 'random'
                ? atRandom(score.seed, first, count)
                : await scoresOf(score.tensor, first, count),
          },
        });
  const { dropAndZero, drop, countKept } = storedLoops();
  const { readMask } = storedBackend();
  const zeros = () =>
    'codes' in inMemory ? countZeroCodes(inMemory, own).all : format.countZeros(chunk, first, count);
  return {
    part,
    dropAndZero: (magnitude, ties) => {
      const before = zeros();
      let used: number;
      if (format.elements.kind === 'computed') {
        used = drop(inPlace, magnitude, ties);
        format.elements.clear(chunk, first, count, readMask(own) as Uint8Array);
      } else used = dropAndZero(inPlace, magnitude, ties);
      // What stays is as it was: where there were no zeros, those that were dropped are all there are.
      const after = before === 0 ? count - countKept(own.words) : zeros();
      return { before, after, ties: used };
    },
  };
}

function atRandom(seed: number, first: number, count: number): HostWeight {
  const values = new Float32Array(count);
  const bits = new Int32Array(values.buffer);
  for (let i = 0; i < count; i += 1) bits[i] = randomMagnitude(seed, first + i);
  return values;
}

async function scoresOf(
  scores: StreamedWeight,
  first: number,
  count: number,
): Promise<HostWeight | StoredWeight> {
  const chunk = await scores.read(first, count);
  return memoryWeight(scores.format, chunk, [count], first);
}

/** Neighbours that are sampled together: one word or two of a mask, and little to read. */
const PIECE = 64;

/** Magnitudes of kept elements, in pieces that are spread evenly over all items. */
export async function sampleOf(items: readonly StreamItem[], most: number): Promise<Int32Array> {
  const total = items.reduce((sum, { weight }) => sum + weight.elements, 0);
  const sampled = new Int32Array(most + PIECE);
  const bits = new Int32Array(PIECE);
  let count = 0;
  for (const item of items) {
    const { weight, mask } = item;
    const { elements } = weight;
    const pieces = Math.max(1, Math.floor((most * elements) / total / PIECE));
    for (let piece = 0; piece < pieces && count <= most; piece += 1) {
      const first = Math.floor((((piece + 0.5) / pieces) * elements) / PIECE) * PIECE;
      const size = Math.min(PIECE, elements - first);
      const { part } = await stretchOf(item, await weight.read(first, size), first, size);
      const { ranking } = part;
      if (ranking instanceof Int32Array) bits.set(ranking);
      else ranking(0, size, bits);
      for (let i = 0; i < size; i += 1) {
        const at = first + i;
        sampled[count] = bits[i]! & 0x7fffffff;
        count += (mask.words[at >> 5]! >>> (at & 31)) & 1;
      }
      if (count > most) break;
    }
  }
  return sampled.subarray(0, count);
}
