import { LARGEST_MAGNITUDE } from '@synaprune/core';
import { expectedInside, FEW, type Passes, sampleSize, selectByBracket } from './bracket.js';
import type { HostKernels, Part } from './kernels.js';
import { BATCH, CLUSTER, chooseClusters, fetchClusters, likeness } from './sample.js';
import { createScratch, type Scratch, type ScratchOptions } from './scratch.js';
import { scriptKernels, selectByDigits } from './script-kernels.js';
import { createStaging, isInside, stagingBytes } from './staging.js';
import { hasWebAssembly, instantiateKernels, type WasmExports } from './wasm-module.js';
import { zeroingBytes, zeroStaged } from './zero-staged.js';

/** Bytes of what a kernel returns, and of the digit table of a selection. */
const RESULTS = 16;
const TABLE = 8192;
/** Mask words counted in one go. */
const MASK_WORDS = 4096;

/**
 * Kernels in WASM SIMD, or `undefined` where the runtime has none. Weights inside `options.memory` are worked
 * on where they are; all others pass through a small buffer in it.
 *
 * @param options.memory where weights live; a small memory of the kernels' own unless told
 * @param options.allocate gives so many bytes of that memory; needed with `memory`
 * @param options.release takes them back
 * Where the memory has no scratch to give, a call is done by the plain loops, which need none.
 *
 * @throws TypeError when a memory comes without its allocator, or is shared
 */
export function createWasmKernels(options: ScratchOptions = {}): HostKernels | undefined {
  if (!hasWebAssembly()) return undefined;
  const scratch = createScratch(options);
  const wasm = instantiateKernels(scratch.memory);
  if (wasm === undefined) return undefined;
  const below = (part: Part, magnitude: number): number =>
    scratch.use(
      RESULTS + stagingBytes(scratch.memory, [part]),
      (at) => countAround(wasm, scratch, part, magnitude, at).below,
      () => scriptKernels.countBelow(part, magnitude),
    );

  /** Counts through the scratch: copying a mask costs less than counting its bits outside. */
  const countKept = (words: Int32Array): number =>
    scratch.use(
      4 * Math.min(words.length, MASK_WORDS),
      (at) => {
        const heap = scratch.heap();
        let kept = 0;
        for (let from = 0; from < words.length; from += MASK_WORDS) {
          const piece = words.subarray(from, from + MASK_WORDS);
          heap.set(piece, at >>> 2);
          kept += wasm.countBits(at, piece.length);
        }
        return kept;
      },
      () => scriptKernels.countKept(words),
    );

  return {
    memory: scratch.memory,
    countKept,
    countBelow(part, magnitude) {
      // Nothing ranks at or above 2³¹, which no int32 can hold.
      return magnitude > LARGEST_MAGNITUDE ? countKept(part.words) : below(part, magnitude);
    },
    select(parts, rank) {
      const kept = parts.reduce((sum, { words }) => sum + countKept(words), 0);
      if (kept <= FEW) return scriptKernels.select(parts, rank);
      // The sample, and as much again to select in; or what was collected.
      const room = 4 * Math.max(2 * drawnRoom(kept), expectedInside(kept));
      const staging = stagingBytes(scratch.memory, parts);
      return scratch.use(
        RESULTS + TABLE + room + staging,
        (at) => {
          const passes = createPasses(wasm, scratch, kept, at, room);
          return selectByBracket(passes, parts, kept, rank, selectByDigits);
        },
        () => scriptKernels.select(parts, rank),
      );
    },
    drop: (part, magnitude, ties) => scriptKernels.drop(part, magnitude, ties),
    dropAndZero: (part, magnitude, ties) =>
      scratch.use(
        stagingBytes(scratch.memory, [part]),
        (at) => {
          const staging = createStaging(wasm, scratch.heap(), part, at);
          let left = ties;
          for (const chunk of staging.chunks) {
            const { data, ranking, words, dense } = staging.enter(chunk);
            const elements = chunk.to - chunk.from;
            left -= wasm.dropBelow(data, ranking, words, elements, magnitude, left, Number(dense));
            staging.leave(chunk);
          }
          return ties - left;
        },
        () => scriptKernels.dropAndZero(part, magnitude, ties),
      ),
    zeroDropped(part) {
      const { elements, words } = part;
      if (part.bits instanceof Uint16Array) return scriptKernels.zeroDropped(part);
      scratch.use(
        zeroingBytes(scratch.memory, part),
        (at) => {
          // Asked again: scratch that grew the memory has taken views of it away.
          const bits = part.bits as Int32Array | Uint8Array;
          zeroStaged(wasm, scratch.heap(), { elements, words, bits }, at);
        },
        () => scriptKernels.zeroDropped(part),
      );
    },
  };
}

function countAround(wasm: WasmExports, scratch: Scratch, part: Part, magnitude: number, at: number) {
  const heap = scratch.heap();
  const staging = createStaging(wasm, heap, part, at + RESULTS);
  let below = 0;
  let equal = 0;
  for (const chunk of staging.chunks) {
    const { ranking, words, dense } = staging.look(chunk);
    wasm.countAround(ranking, dense ? 0 : words, chunk.to - chunk.from, magnitude, at);
    below += heap[at >>> 2]!;
    equal += heap[(at >>> 2) + 1]!;
  }
  return { below, equal };
}

/** Words for a sample of `kept` elements, and for a batch more. */
function drawnRoom(kept: number): number {
  return sampleSize(kept) + 2 * CLUSTER * BATCH;
}

/** The passes of a bracket; the `room` bytes hold first the sample, then what was collected. */
function createPasses(wasm: WasmExports, scratch: Scratch, kept: number, at: number, room: number): Passes {
  const table = at + RESULTS;
  const pool = table + TABLE;
  const staged = pool + room;
  const heap = scratch.heap();
  /** What a kernel returned: two 32-bit words. */
  const result = (word: 0 | 1): number => heap[(at >>> 2) + word]!;
  let count = 0;

  return {
    sample(parts, most) {
      // Where clusters start and what is kept of them goes where the digit table will be.
      const starts = heap.subarray(table >>> 2, (table >>> 2) + BATCH);
      const masks = heap.subarray((table >>> 2) + BATCH, (table >>> 2) + 2 * BATCH);
      const apart = heap.subarray(staged >>> 2, (staged >>> 2) + CLUSTER * BATCH);
      count = 0;
      chooseClusters(parts, most, starts, masks, ({ ranking }, batch) => {
        if (count + CLUSTER * batch > drawnRoom(kept)) return false;
        const inside = isInside(ranking, heap.buffer);
        if (!inside) fetchClusters(ranking, starts, batch, apart);
        const from = inside ? ranking.byteOffset : staged;
        count += wasm.gather(from, inside ? table : 0, table + 4 * BATCH, batch, pool + 4 * count);
        return true;
      });
      return count;
    },
    likeness: (magnitude) => likeness(heap.subarray(pool >>> 2, (pool >>> 2) + count), magnitude),
    // The sample stays as it is: what is moved about goes behind it.
    sampleAt: (rank) => wasm.selectAmong(pool, count, rank, 0, 31, pool + 4 * count, table, at),
    collect(parts, low, high) {
      let above = 0;
      count = 0;
      for (const part of parts) {
        const staging = createStaging(wasm, heap, part, staged);
        for (const chunk of staging.chunks) {
          const { ranking, words, dense } = staging.look(chunk);
          const elements = chunk.to - chunk.from;
          const out = pool + 4 * count;
          const among = dense ? 0 : words;
          // The digit table has no other use while there is something to collect.
          if (!wasm.collect(ranking, among, elements, low, high, out, pool + room, table, at))
            return undefined;
          count += result(0);
          above += result(1);
        }
      }
      return { above, collected: count };
    },
    selectCollected(rank, low, high) {
      const bits = 32 - Math.clz32(high - low - 2);
      const magnitude = wasm.selectAmong(pool, count, rank, low + 1, bits, pool, table, at);
      return { magnitude, rank: result(0) };
    },
    countAround(parts, magnitude) {
      const counts = parts.map((part) => countAround(wasm, scratch, part, magnitude, staged - RESULTS));
      return {
        below: counts.reduce((sum, { below }) => sum + below, 0),
        equal: counts.reduce((sum, { equal }) => sum + equal, 0),
      };
    },
  };
}
