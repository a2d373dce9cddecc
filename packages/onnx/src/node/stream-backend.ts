import {
  type CutGroup,
  findCutByCounting,
  type Item,
  PruneError,
  randomMagnitude,
  type TensorBackend,
} from '@synaprune/core';
import { createCutCounter, fullMask, type HostMask, hostBackend, scriptKernels } from '@synaprune/host';
import type { ElementFormat } from '../weights/format.js';

/** Elements that are looked at in one go; a multiple of 32, so that words of masks and half-bytes stay together. */
export const CHUNK: number = 1 << 20;

/** A weight that is read a stretch at a time. */
export interface StreamedWeight {
  readonly shape: readonly number[];
  readonly elements: number;
  readonly format: ElementFormat;
  /** Whether the stored elements are float32, so that they are what {@link TensorBackend.read} gives. */
  readonly isFloat32: boolean;
  /** The stored elements from `first` on; good until the next call. */
  read(first: number, count: number): Promise<Uint8Array>;
}

type StreamItem = Item<StreamedWeight, HostMask>;

/** Cuts counted in one pass: three passes over the elements find any. */
const CUTS_PER_PASS = 2047;

/**
 * A backend for weights that are larger than memory. It chooses, on masks of one bit an element; the weights are
 * left for the caller to write once everything is chosen. Patterns are chosen with one weight in memory at a time.
 */
export function streamBackend(): TensorBackend<StreamedWeight, HostMask> {
  const { countKept, readMask, writeMask, disposeMask, combine } = hostBackend();
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
    contract: 1,
    manifest: {
      name: 'file',
      scores: ['magnitude', 'tensor', 'random'],
      subnormals: 'ordered',
      nanPayloads: 'ordered',
      enforceWaits: true,
      readOnly: true,
    },
    shape: ({ shape }) => shape,
    createMask: ({ elements }) => fullMask(elements),
    disposeMask,
    readMask,
    writeMask,
    countKept,
    countBelow,
    findCut: findCutByCounting(countBelow, { cutsPerRound: CUTS_PER_PASS }),
    drop: (groups) => inTurn(() => dropAll(groups)),
    enforce: () => {
      throw new PruneError('unsupported', 'weights of a file are only looked at; enforce cannot write them');
    },
    read: (weight) => inTurn(() => readAll(weight)),
    ...(combine === undefined ? {} : { combine }),
  };
}

/** Calls with the magnitudes of a chunk and the index of its first element. */
async function forEachChunk(
  { weight, score }: StreamItem,
  visit: (magnitudes: Int32Array, first: number) => void,
): Promise<void> {
  const ranks = score.kind === 'tensor' ? score.tensor : weight;
  const ranking = new Int32Array(Math.min(CHUNK, weight.elements));
  for (let first = 0; first < weight.elements; first += CHUNK) {
    const count = Math.min(CHUNK, weight.elements - first);
    if (score.kind === 'random') {
      for (let i = 0; i < count; i += 1) ranking[i] = randomMagnitude(score.seed, first + i);
    } else ranks.format.rank(await ranks.read(first, count), first, count, ranking);
    visit(ranking.subarray(0, count), first);
  }
}

/** The words of a mask that belong to a chunk, live. */
function wordsOf(words: Int32Array, first: number, count: number): Int32Array {
  return words.subarray(first / 32, Math.ceil((first + count) / 32));
}

async function countItem(item: StreamItem, magnitudes: readonly number[]): Promise<number[]> {
  const counter = createCutCounter(magnitudes);
  await forEachChunk(item, (ranking, first) => {
    counter.add(ranking, wordsOf(item.mask.words, first, ranking.length));
  });
  return counter.counts();
}

/** Drops what the cuts take, in copies first: reading may fail half-way. */
async function dropAll(groups: readonly CutGroup<StreamedWeight, HostMask>[]): Promise<void> {
  const changes: { readonly mask: HostMask; readonly words: Int32Array }[] = [];
  for (const { items, cut } of groups) {
    let { ties } = cut;
    for (const item of items) {
      const words = item.mask.words.slice();
      changes.push({ mask: item.mask, words });
      await forEachChunk(item, (ranking, first) => {
        const part = { elements: ranking.length, bits: ranking, ranking };
        const own = wordsOf(words, first, ranking.length);
        ties -= scriptKernels.drop({ ...part, words: own }, cut.magnitude, ties);
      });
    }
  }
  for (const { mask, words } of changes) mask.words.set(words);
}

/** All values of a weight; where they are stored otherwise, the float32 that they rank by, without signs. */
async function readAll(weight: StreamedWeight): Promise<Float32Array> {
  const values = createValues(weight);
  const { elements, isFloat32, format } = weight;
  const bits = new Int32Array(values.buffer);
  for (let first = 0; first < elements; first += CHUNK) {
    const count = Math.min(CHUNK, elements - first);
    const chunk = await weight.read(first, count);
    if (isFloat32) {
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      for (let i = 0; i < count; i += 1) bits[first + i] = view.getInt32(4 * i, true);
    } else format.rank(chunk, first, count, bits.subarray(first, first + count));
  }
  return values;
}

function createValues({ shape, elements }: StreamedWeight): Float32Array {
  try {
    return new Float32Array(elements);
  } catch (cause) {
    throw new PruneError(
      'unsupported',
      `a weight of shape [${shape}] needs ${4 * elements} bytes of memory to choose by other than single elements`,
      { cause },
    );
  }
}
