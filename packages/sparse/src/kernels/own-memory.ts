/** A memory, and who gives bytes of it away. */
export interface Allocator {
  readonly memory: WebAssembly.Memory;
  /** So many bytes at a multiple of 16, never 0; 0 where there are none. May grow the memory, which detaches views. */
  allocate(bytes: number): number;
  release(pointer: number): void;
}

const PAGE = 65_536;
const ALIGNMENT = 16;

/** A memory of its own that grows as needed; what was released is given again, lowest first. */
export function createOwnMemory(): Allocator {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const taken = new Map<number, number>();
  /** Where nothing is, in ascending order, none touching another. */
  let free = [{ at: ALIGNMENT, bytes: PAGE - ALIGNMENT }];

  /** As many more as are missing behind a free end. */
  function grow(bytes: number): boolean {
    const end = memory.buffer.byteLength;
    const last = free.at(-1);
    const behind = last !== undefined && last.at + last.bytes === end ? last.bytes : 0;
    const pages = Math.ceil((bytes - behind) / PAGE);
    try {
      memory.grow(pages);
    } catch {
      return false;
    }
    give(end, pages * PAGE);
    return true;
  }

  function give(at: number, bytes: number): void {
    free.push({ at, bytes });
    free.sort((a, b) => a.at - b.at);
    free = free.reduce<typeof free>((joined, part) => {
      const before = joined.at(-1);
      if (before !== undefined && before.at + before.bytes === part.at) before.bytes += part.bytes;
      else joined.push({ ...part });
      return joined;
    }, []);
  }

  return {
    memory,
    allocate(asked) {
      const bytes = Math.max(1, Math.ceil(asked / ALIGNMENT)) * ALIGNMENT;
      const fits = (): { at: number; bytes: number } | undefined => free.find((part) => part.bytes >= bytes);
      const part = fits() ?? (grow(bytes) ? fits() : undefined);
      if (part === undefined) return 0;
      const { at } = part;
      part.at += bytes;
      part.bytes -= bytes;
      if (part.bytes === 0) free = free.filter((other) => other !== part);
      taken.set(at, bytes);
      return at;
    },
    release(pointer) {
      const bytes = taken.get(pointer);
      if (bytes === undefined) return;
      taken.delete(pointer);
      give(pointer, bytes);
    },
  };
}
