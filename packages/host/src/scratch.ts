import { requireOptions } from '@synaprune/core/checks';

/** Where kernels find memory to work in: see {@link createScratch}. */
export interface ScratchOptions {
  readonly memory?: WebAssembly.Memory;
  readonly allocate?: (bytes: number) => number;
  readonly release?: (pointer: number) => void;
}

/** Bytes for the length of one call. */
export interface Scratch {
  readonly memory: WebAssembly.Memory;
  /** All of the memory as it is now. Good until something grows it. */
  heap(): Int32Array;
  /**
   * Runs `work` with a pointer to so many bytes, aligned to 16 and never 0; they may have grown the memory. Runs
   * `without` where there are no such bytes to be had.
   */
  use<Result>(bytes: number, work: (pointer: number) => Result, without: () => Result): Result;
}

const PAGE = 65536;
const ALIGNMENT = 16;

/**
 * Scratch in somebody's memory, through their allocator, or in one of its own that grows as needed.
 *
 * @throws TypeError when a memory comes without its allocator, or the other way round
 */
export function createScratch(options: ScratchOptions): Scratch {
  requireOptions('createWasmKernels', '', options as unknown, ['memory', 'allocate', 'release']);
  const { memory, allocate, release } = options;
  if (memory === undefined && allocate === undefined && release === undefined) return ownScratch();
  if (memory === undefined || allocate === undefined || release === undefined) {
    throw new TypeError('a memory needs its allocate and release, and they need it');
  }
  if (!(memory.buffer instanceof ArrayBuffer))
    throw new TypeError('the kernels need a memory that is not shared');
  return {
    memory,
    heap: createHeap(memory),
    use(bytes, work, without) {
      const pointer = ask(() => allocate(bytes + ALIGNMENT));
      if (pointer === 0) return without();
      try {
        return work(Math.ceil(pointer / ALIGNMENT) * ALIGNMENT);
      } finally {
        release(pointer);
      }
    },
  };
}

function ownScratch(): Scratch {
  const memory = new WebAssembly.Memory({ initial: 1 });
  return {
    memory,
    heap: createHeap(memory),
    use(bytes, work, without) {
      const missing = ALIGNMENT + bytes - memory.buffer.byteLength;
      if (missing > 0 && ask(() => memory.grow(Math.ceil(missing / PAGE))) === 0) return without();
      // Not 0: as a pointer to mask words that means there are none.
      return work(ALIGNMENT);
    },
  };
}

/** A pointer or page count above 0; 0 where there was none, however that was said. */
function ask(request: () => number): number {
  try {
    // Unsigned: above 2 GiB, WebAssembly's own 32-bit pointers come out negative.
    return request() >>> 0;
  } catch {
    return 0;
  }
}

/** A view of a whole memory, made anew only after the memory has grown: views are dear to make. */
function createHeap(memory: WebAssembly.Memory): () => Int32Array {
  let heap = new Int32Array(memory.buffer);
  return () => {
    if (heap.buffer !== memory.buffer) heap = new Int32Array(memory.buffer);
    return heap;
  };
}
