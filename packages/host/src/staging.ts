import { type Chunk, chunksOf, wordsOf } from './chunks.js';
import type { Part } from './kernels.js';
import { zeroChunk } from './script-loops.js';
import type { WasmExports } from './wasm-module.js';

/** Elements worked on in one go where weights are copied in: enough to hide the call, little to hold. */
export const COPIED: number = 8192;
/** Bytes of a page of memory, as processors see it. */
const PAGE = 4096;
/** The same where weights are in the memory already, and only their mask words are copied. */
export const IN_PLACE: number = 2 ** 17;

/** Bytes that staging needs for some parts: room for mask words, and for weights unless all are in the memory. */
export function stagingBytes(memory: WebAssembly.Memory, parts: readonly Part[]): number {
  const inside = parts.every(({ bits, ranking }) =>
    [bits, ranking].every((array) => isInside(array, memory.buffer)),
  );
  // A page to spare for each buffer, to choose its place in.
  return IN_PLACE / 8 + (inside ? 0 : 2 * (4 * COPIED + 2 * PAGE));
}

function isInside(array: Part['bits'] | Part['ranking'], buffer: ArrayBufferLike): array is Int32Array {
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
  /** Takes the changes of the chunk that was entered last back to where it came from. */
  leave(chunk: Chunk): void;
}

/**
 * The next place whose offset in its page is far from the source's. Where both are nearly the same, a processor
 * takes each load for one that depends on the store before it, and copying is ten times slower.
 */
export function apart(pointer: number, byteOffset: number): number {
  return Math.ceil(pointer / PAGE) * PAGE + (((byteOffset + PAGE / 2) % PAGE) & ~15);
}

/** @param at pointer to {@link stagingBytes} bytes of the memory that `heap` is a view of */
export function createStaging(wasm: WasmExports, heap: Int32Array, part: Part, at: number): Staging {
  // Read once: both may be made anew at every access.
  const { bits, ranking } = part;
  const whole = bits instanceof Int32Array ? bits : undefined;
  const bytes = bits instanceof Uint8Array ? new Uint8Array(heap.buffer) : undefined;
  const same =
    whole !== undefined &&
    ranking instanceof Int32Array &&
    whole.buffer === ranking.buffer &&
    whole.byteOffset === ranking.byteOffset;
  const inMemory = isInside(bits, heap.buffer);
  const words = at;
  const rankingAt = apart(words + IN_PLACE / 8, ranking instanceof Int32Array ? ranking.byteOffset : 0);
  const dataAt = apart(rankingAt + 4 * COPIED, bits.byteOffset);

  const look = (chunk: Chunk): Staged => {
    const { from, to } = chunk;
    const mask = wordsOf(part, chunk);
    heap.set(mask, words >>> 2);
    const dense = wasm.countBits(words, mask.length) === to - from;
    if (isInside(ranking, heap.buffer)) {
      const there = ranking.byteOffset + 4 * from;
      return { data: there, ranking: there, words, dense };
    }
    const target = heap.subarray(rankingAt >>> 2, (rankingAt >>> 2) + to - from);
    if (ranking instanceof Int32Array) target.set(ranking.subarray(from, to));
    else ranking(from, to, target);
    return { data: rankingAt, ranking: rankingAt, words, dense };
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

  let data = 0;
  return {
    chunks: chunksOf(part, isInside(ranking, heap.buffer) && inMemory ? IN_PLACE : COPIED),
    look,
    enter(chunk) {
      const staged = look(chunk);
      data = place(staged, chunk);
      return { ...staged, data };
    },
    leave(chunk) {
      const { from, to } = chunk;
      const mask = wordsOf(part, chunk);
      mask.set(heap.subarray(words >>> 2, (words >>> 2) + mask.length));
      if (bytes !== undefined)
        (bits as Uint8Array).set(bytes.subarray(data, data + 4 * (to - from)), 4 * from);
      else if (whole === undefined) zeroChunk(bits.subarray(from, to), mask);
      else if (!inMemory) whole.set(heap.subarray(data >>> 2, (data >>> 2) + to - from), from);
    },
  };
}
