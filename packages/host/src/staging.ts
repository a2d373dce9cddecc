import { type Chunk, chunksOf, wordsOf } from './chunks.js';
import type { Part } from './kernels.js';
import { ranksByItself } from './ranking-view.js';
import { zeroChunk } from './script-loops.js';
import type { WasmExports } from './wasm-module.js';

/** Elements worked on in one go where weights are copied in: enough to hide the call, little to hold. */
export const COPIED: number = 16384;
/** The same where weights are in the memory already; mask words are copied for so many elements in either case. */
export const IN_PLACE: number = 2 ** 17;
/** Bytes of a page of memory, as processors see it. */
export const PAGE = 4096;

/** Bytes that staging needs for some parts: room for mask words, and for weights unless all are in the memory. */
export function stagingBytes(memory: WebAssembly.Memory, parts: readonly Part[]): number {
  const buffersFor = ({ bits, ranking }: Part): number => {
    if ([bits, ranking].every((array) => isInside(array, memory.buffer))) return 0;
    return ranksByItself({ bits, ranking }) ? 1 : 2;
  };
  const buffers = parts.reduce((most, part) => Math.max(most, buffersFor(part)), 0);
  // A page to spare for each buffer, to choose its place in.
  return IN_PLACE / 8 + buffers * (4 * COPIED + 2 * PAGE);
}

/** Whether what ranks, or what is ranked, lies in a memory. */
export function isInside(
  array: Part['bits'] | Part['ranking'],
  buffer: ArrayBufferLike,
): array is Int32Array {
  return array instanceof Int32Array && array.buffer === buffer;
}

/** A chunk inside the memory, as pointers. */
export interface Staged {
  readonly data: number;
  readonly ranking: number;
  readonly words: number;
  /** Whether the mask keeps every element of the chunk. */
  readonly dense: boolean;
}

/** Brings a part into a WebAssembly memory chunk by chunk, and back; copies nothing that is there already. */
export interface Staging {
  readonly chunks: readonly Chunk[];
  /** Copies in what is needed to look at a chunk. */
  look(chunk: Chunk): Staged;
  /** Copies in what is needed to change a chunk. */
  enter(chunk: Chunk): Staged;
  /** Takes the changes of the chunk that was entered last back to where it came from. All are entered, in their order. */
  leave(chunk: Chunk): void;
}

/**
 * Bytes that an array lies behind a line of the cache: the allocator of Linux puts a header before the first page of a
 * large one. Elsewhere pages begin with it.
 */
const HEADER =
  (globalThis as { readonly process?: { readonly platform?: string } }).process?.platform === 'linux'
    ? 16
    : 0;

/**
 * The next place for what lies at `byteOffset` of an array. Its offset in a page is far from the source's: where both are
 * nearly the same, a processor takes each load for one that depends on the store before it, and copying is ten times
 * slower. In a line of the cache both begin at the same byte: then every line is copied as one, a third faster.
 */
export function apart(pointer: number, byteOffset: number): number {
  return Math.ceil(pointer / PAGE) * PAGE + (((byteOffset + HEADER + PAGE / 2) % PAGE) & ~15);
}

/** @param at pointer to {@link stagingBytes} bytes of the memory that `heap` is a view of */
export function createStaging(wasm: WasmExports, heap: Int32Array, part: Part, at: number): Staging {
  // Read once: both may be made anew at every access.
  const { bits, ranking } = part;
  const whole = bits instanceof Int32Array ? bits : undefined;
  const bytes = bits instanceof Uint8Array ? new Uint8Array(heap.buffer) : undefined;
  const same = ranksByItself({ bits, ranking });
  const inMemory = isInside(bits, heap.buffer);
  const words = at;
  const rankingAt = apart(words + IN_PLACE / 8, ranking instanceof Int32Array ? ranking.byteOffset : 0);
  const dataAt = apart(rankingAt + 4 * COPIED, bits.byteOffset);

  /** The mask words that are in the heap now: of so many elements from here on. */
  let lot: Chunk = { from: 0, to: 0 };
  const bringWords = ({ from }: Chunk): number => {
    if (from >= lot.to) {
      lot = { from, to: Math.min(part.elements, from + IN_PLACE) };
      heap.set(wordsOf(part, lot), words >>> 2);
    }
    return words + ((from - lot.from) >> 3);
  };

  const look = (chunk: Chunk): Staged => {
    const { from, to } = chunk;
    const mask = bringWords(chunk);
    const dense = wasm.countBits(mask, (to - from + 31) >> 5) === to - from;
    if (isInside(ranking, heap.buffer)) {
      const there = ranking.byteOffset + 4 * from;
      return { data: there, ranking: there, words: mask, dense };
    }
    if (ranking instanceof Int32Array) heap.set(ranking.subarray(from, to), rankingAt >>> 2);
    else ranking(from, to, heap.subarray(rankingAt >>> 2, (rankingAt >>> 2) + to - from));
    return { data: rankingAt, ranking: rankingAt, words: mask, dense };
  };

  /** Where the weight's own bits are, once a chunk has been looked at. */
  const place = (staged: Staged, { from, to }: Chunk): number => {
    // Sixteen-bit weights are zeroed afterwards; what lies as bytes ranks by itself wherever it is changed.
    if (whole === undefined) return staged.ranking;
    if (inMemory) return whole.byteOffset + 4 * from;
    if (same) return staged.ranking;
    heap.set(whole.subarray(from, to), dataAt >>> 2);
    return dataAt;
  };

  let entered: Staged;
  return {
    chunks: chunksOf(part, isInside(ranking, heap.buffer) && inMemory ? IN_PLACE : COPIED),
    look,
    enter(chunk) {
      const staged = look(chunk);
      entered = { ...staged, data: place(staged, chunk) };
      return entered;
    },
    leave({ from, to }) {
      const { data } = entered;
      const first = data >>> 2;
      const mask = entered.words >>> 2;
      if (bytes !== undefined) {
        (bits as Uint8Array).set(bytes.subarray(data, data + 4 * (to - from)), 4 * from);
      } else if (whole === undefined) {
        zeroChunk(bits.subarray(from, to), heap.subarray(mask, mask + ((to - from + 31) >> 5)));
      } else if (!inMemory) whole.set(heap.subarray(first, first + to - from), from);
      if (to === lot.to) {
        const own = wordsOf(part, lot);
        own.set(heap.subarray(words >>> 2, (words >>> 2) + own.length));
      }
    },
  };
}
