/** A memory, and who gives bytes of it away. */
export interface OwnMemory {
  readonly memory: WebAssembly.Memory;
  /** So many bytes at a multiple of 16, never at 0; 0 where there are none. */
  allocate(bytes: number): number;
  release(pointer: number): void;
}

const PAGE = 65_536;
const ALIGNMENT = 16;

/** A memory that grows as needed. What was released is given to those who ask for as much again. */
export function createOwnMemory(): OwnMemory {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const sizes = new Map<number, number>();
  const free = new Map<number, number[]>();
  let end = ALIGNMENT;

  function extend(bytes: number): number {
    const missing = end + bytes - memory.buffer.byteLength;
    try {
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    } catch {
      return 0;
    }
    end += bytes;
    return end - bytes;
  }

  return {
    memory,
    allocate(asked) {
      // In steps of a quarter of a power of two, so that sizes come again.
      const step = 2 ** Math.max(4, Math.floor(Math.log2(Math.max(1, asked))) - 2);
      const bytes = Math.max(1, Math.ceil(asked / step)) * step;
      const pointer = free.get(bytes)?.pop() ?? extend(bytes);
      if (pointer !== 0) sizes.set(pointer, bytes);
      return pointer;
    },
    release(pointer) {
      const bytes = sizes.get(pointer);
      if (bytes === undefined) return;
      sizes.delete(pointer);
      const others = free.get(bytes);
      if (others === undefined) free.set(bytes, [pointer]);
      else others.push(pointer);
    },
  };
}
