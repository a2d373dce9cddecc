import type { Part } from '../kernels.js';
import { createScratch } from '../scratch.js';
import { collectPart } from '../script-chunks.js';
import { createStaging, stagingBytes } from '../staging.js';
import { hasWebAssembly, instantiateKernels } from '../wasm-module.js';

/**
 * Writes the magnitudes of kept elements strictly between `low` and `high` to `into` from `at` on: for a selection among
 * weights that are read a stretch at a time.
 *
 * @returns how many kept ones are not above `low`, and where `into` ends now; `undefined` where there may not be room
 */
type Collect = typeof collectPart;

/** Bytes of what a kernel returns, and of the bits that it writes down meanwhile. */
const RESULTS = 16;
const BITS = 512;
/** Elements that a kernel may collect at a time, at most, and words that it wants to have left. */
const STAGED = 2 ** 17;
const SLACK = 256;

let shared: Collect | undefined;

/** The loop, in WASM SIMD where there is any. Made once, because it holds a memory. */
export function collectLoop(): Collect {
  shared ??= createWasmCollect() ?? collectPart;
  return shared;
}

/** The loop in a WebAssembly memory of its own, or `undefined` where there is none. */
function createWasmCollect(): Collect | undefined {
  if (!hasWebAssembly()) return undefined;
  const scratch = createScratch({});
  const wasm = instantiateKernels(scratch.memory);
  if (wasm === undefined) return undefined;
  /** Collects a chunk at a time where the kernels work, and takes what was found out of there. */
  const collectAt = (pointer: number, room: number, ...[part, low, high, into, at]: Parameters<Collect>) => {
    const heap = scratch.heap();
    const pool = pointer + RESULTS + BITS;
    const bits = pointer + RESULTS;
    const staging = createStaging(wasm, heap, part, pool + room);
    let upToLow = 0;
    let end = at;
    for (const chunk of staging.chunks) {
      const { ranking, words, dense } = staging.look(chunk);
      const elements = chunk.to - chunk.from;
      const among = dense ? 0 : words;
      if (!wasm.collect(ranking, among, elements, low, high, pool, pool + room, bits, pointer))
        return undefined;
      const [collected, above] = [heap[pointer >>> 2]!, heap[(pointer >>> 2) + 1]!];
      if (end + collected > into.length) return undefined;
      into.set(heap.subarray(pool >>> 2, (pool >>> 2) + collected), end);
      end += collected;
      const kept = dense ? elements : wasm.countBits(words, (elements + 31) >>> 5);
      upToLow += kept - above;
    }
    return { upToLow, end };
  };
  return (part: Part, low, high, into, at) => {
    const room = 4 * (Math.min(part.elements, STAGED) + SLACK);
    return scratch.use(
      RESULTS + BITS + room + stagingBytes(scratch.memory, [part]),
      (pointer) => collectAt(pointer, room, part, low, high, into, at),
      () => collectPart(part, low, high, into, at),
    );
  };
}
