import {
  findCutByCounting,
  type Item,
  LARGEST_MAGNITUDE,
  PruneError,
  randomMagnitude,
  type TensorBackend,
} from '@synaprune/core';
import type { ElementFormat } from '../weights/format.js';

/** Elements that are looked at in one go; even, so that half-bytes stay together. */
export const CHUNK: number = 1 << 20;

/** A weight that is read a stretch at a time. */
export interface StreamedWeight {
  readonly shape: readonly number[];
  readonly elements: number;
  readonly format: ElementFormat;
  /** The stored elements from `first` on; good until the next call. */
  read(first: number, count: number): Promise<Uint8Array>;
}

/** One bit an element, 1 for kept: bit `i % 32` of word `i >> 5`. */
export interface StreamMask {
  readonly words: Int32Array;
}

type StreamItem = Item<StreamedWeight, StreamMask>;

/** Cuts counted in one pass: three passes over the elements find any. */
const CUTS_PER_PASS = 2047;

/**
 * A backend for weights that are larger than memory. It chooses, on masks of one bit an element; the weights are
 * left for the caller to write once everything is chosen.
 */
export function streamBackend(): TensorBackend<StreamedWeight, StreamMask> {
  let last: Promise<unknown> = Promise.resolve();
  // One pass at a time: passes side by side would each want a chunk, and the disk gains nothing.
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
  const countBelow = (items: readonly StreamItem[], magnitudes: readonly number[]) =>
    inTurn(async () => {
      const perItem: number[][] = [];
      for (const item of items) perItem.push(await countItem(item, magnitudes));
      return magnitudes.map((_, m) => perItem.map((counts) => counts[m]!));
    });
  return {
    manifest: {
      name: 'file',
      patterns: ['element'],
      scores: ['magnitude', 'random'],
      directions: ['drop'],
      subnormals: 'ordered',
      nanPayloads: 'ordered',
      enforceWaits: true,
    },
    shape: ({ shape }) => shape,
    createMask: ({ elements }) => {
      const words = new Int32Array(Math.ceil(elements / 32)).fill(-1);
      if (elements % 32 > 0) words[words.length - 1] = ~(-1 << (elements % 32));
      return { words };
    },
    disposeMask: () => {
      // Main memory is given back by the garbage collector.
    },
    countBelow,
    findCut: findCutByCounting(countBelow, { cutsPerRound: CUTS_PER_PASS }),
    dropBelow: (groups) =>
      inTurn(async () => {
        for (const { items, cut } of groups) {
          if (cut.kind !== 'threshold') throw new PruneError('unsupported', 'files are pruned by element');
          let { ties } = cut;
          for (const item of items) ties = await dropItem(item, cut.magnitude, ties);
        }
      }),
    enforce: () => Promise.resolve(),
    countKept: (masks) => masks.map(({ words }) => countBits(words)),
    readMask: unsaved,
    writeMask: unsaved,
  };
}

function unsaved(): never {
  throw new PruneError('unsupported', 'masks of a file are not saved');
}

/** Calls with the magnitudes of a chunk and the index of its first element. */
async function forEachChunk(
  { weight, score }: StreamItem,
  visit: (magnitudes: Int32Array, first: number) => void,
): Promise<void> {
  const ranking = new Int32Array(Math.min(CHUNK, weight.elements));
  for (let first = 0; first < weight.elements; first += CHUNK) {
    const count = Math.min(CHUNK, weight.elements - first);
    if (score.kind === 'random') {
      for (let i = 0; i < count; i += 1) ranking[i] = randomMagnitude(score.seed, first + i);
    } else weight.format.rank(await weight.read(first, count), first, count, ranking);
    visit(ranking.subarray(0, count), first);
  }
}

async function countItem(item: StreamItem, magnitudes: readonly number[]): Promise<number[]> {
  const { words } = item.mask;
  const cuts = Float64Array.from(magnitudes);
  const [lowest = 0] = magnitudes;
  const highest = magnitudes.at(-1) ?? 0;
  // Cuts of a search are evenly spread, so that a division all but finds the place of an element among them.
  const perUnit = magnitudes.length > 1 ? (magnitudes.length - 1) / (highest - lowest) : 0;
  const histogram = new Float64Array(magnitudes.length + 1);
  await forEachChunk(item, (ranking, first) => {
    for (let i = 0; i < ranking.length; i += 1) {
      const at = first + i;
      if (((words[at >>> 5]! >>> (at & 31)) & 1) === 0) continue;
      const magnitude = ranking[i]! & LARGEST_MAGNITUDE;
      let place: number;
      if (magnitude < lowest) place = 0;
      else if (magnitude >= highest) place = cuts.length;
      else {
        place = ((magnitude - lowest) * perUnit) | 0;
        while (cuts[place]! > magnitude) place -= 1;
        while (cuts[place]! <= magnitude) place += 1;
      }
      histogram[place]! += 1;
    }
  });
  let below = 0;
  return magnitudes.map((_, m) => {
    below += histogram[m]!;
    return below;
  });
}

/** Drops what ranks below `magnitude` and the first `ties` at it; gives the ties that are left. */
async function dropItem(item: StreamItem, magnitude: number, ties: number): Promise<number> {
  const { words } = item.mask;
  let left = ties;
  await forEachChunk(item, (ranking, first) => {
    for (let i = 0; i < ranking.length; i += 1) {
      const at = first + i;
      const bit = 1 << (at & 31);
      const rank = ranking[i]! & LARGEST_MAGNITUDE;
      if (rank > magnitude || (words[at >>> 5]! & bit) === 0) continue;
      if (rank === magnitude) {
        if (left === 0) continue;
        left -= 1;
      }
      words[at >>> 5]! &= ~bit;
    }
  });
  return left;
}

function countBits(words: Int32Array): number {
  let count = 0;
  for (let i = 0; i < words.length; i += 1) {
    let rest = words[i]! >>> 0;
    rest -= (rest >>> 1) & 0x55555555;
    rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
    count += Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
