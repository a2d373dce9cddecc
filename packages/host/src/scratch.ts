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
  /** Runs `work` with a pointer to so many bytes, aligned to 16 and never 0. They may have grown the memory. */
  use<Result>(bytes: number, work: (pointer: number) => Result): Result;
}

const PAGE = 65536;
const ALIGNMENT = 16;

/**
 * Scratch in somebody's memory, through their allocator, or in one of its own that grows as needed.
 *
 * @throws TypeError when a memory comes without its allocator, or the other way round
 */
export function createScratch({ memory, allocate, release }: ScratchOptions): Scratch {
  if (memory === undefined && allocate === undefined && release === undefined) return ownScratch();
  if (memory === undefined || allocate === undefined || release === undefined) {
    throw new TypeError('a memory needs its allocate and release, and they need it');
  }
  return {
    memory,
    heap: createHeap(memory),
    use(bytes, work) {
      // Unsigned: above 2 GiB, WebAssembly's own 32-bit pointers come out negative.
      const pointer = allocate(bytes + ALIGNMENT) >>> 0;
      if (pointer === 0) throw new RangeError(`the allocator gave no ${bytes} bytes`);
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
    use(bytes, work) {
      const missing = ALIGNMENT + bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
      // Not 0: as a pointer to mask words that means there are none.
      return work(ALIGNMENT);
    },
  };
}

/** A view of a whole memory, made anew only after the memory has grown: views are dear to make. */
function createHeap(memory: WebAssembly.Memory): () => Int32Array {
  let heap = new Int32Array(memory.buffer);
  return () => {
    if (heap.buffer !== memory.buffer) heap = new Int32Array(memory.buffer);
    return heap;
  };
}
