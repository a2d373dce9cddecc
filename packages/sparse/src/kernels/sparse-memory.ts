import { requireOptions } from '@synaprune/core/checks';
import { type Allocator, createOwnMemory } from './own-memory.js';

/** Where kernels work: a memory of their own unless told. */
export interface MemoryOptions {
  /** Where inputs and outputs are, of another WebAssembly module say. */
  readonly memory?: WebAssembly.Memory;
  /** Gives so many bytes of it, and 0 where it cannot; needed with `memory`. It may grow the memory. */
  readonly allocate?: (bytes: number) => number;
  /** Takes them back. */
  readonly release?: (pointer: number) => void;
}

const ALIGNMENT = 16;

/** @throws TypeError when a memory comes without its allocator, or the other way round, or is shared */
export function openMemory(caller: string, options: MemoryOptions): Allocator {
  requireOptions(caller, '', options as unknown, ['memory', 'allocate', 'release']);
  const { memory, allocate, release } = options;
  if (memory === undefined && allocate === undefined && release === undefined) return createOwnMemory();
  if (memory === undefined || allocate === undefined || release === undefined) {
    throw new TypeError(`${caller} needs allocate and release with a memory, and a memory with them`);
  }
  if (!(memory.buffer instanceof ArrayBuffer)) {
    throw new TypeError(`${caller} needs a memory that is not shared`);
  }
  /** What was given for each pointer that was made a multiple of 16. */
  const given = new Map<number, number>();
  return {
    memory,
    allocate(bytes) {
      const pointer = ask(() => allocate(bytes + ALIGNMENT));
      if (pointer === 0) return 0;
      const aligned = Math.ceil(pointer / ALIGNMENT) * ALIGNMENT;
      given.set(aligned, pointer);
      return aligned;
    },
    release(aligned) {
      const pointer = given.get(aligned);
      if (pointer === undefined) return;
      given.delete(aligned);
      release(pointer);
    },
  };
}

function ask(request: () => number): number {
  try {
    // Unsigned: above 2 GiB, WebAssembly's own 32-bit pointers come out negative.
    return request() >>> 0;
  } catch {
    return 0;
  }
}
