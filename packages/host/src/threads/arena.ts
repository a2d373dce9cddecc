import { PruneError } from '@synaprune/core';

/** Where a memory is asked for room: its owner's allocator, if it has one. */
export interface Allocator {
  readonly allocate: (bytes: number) => number;
  readonly release: (pointer: number) => void;
}

/** Room in a shared memory, for masks and for what threads work with. */
export interface Arena {
  /**
   * A pointer to so many bytes, a multiple of {@link LINE} and never 0.
   *
   * @throws PruneError `out-of-memory`
   */
  allocate(bytes: number): number;
  release(pointer: number): void;
  /** Gives back all that was not. */
  close(): void;
}

/** Bytes of a line of a cache: threads that write to different ones do not wait for each other. */
const LINE = 64;
const PAGE = 65536;

/** Room through the owner's allocator; without one, in pages that the memory grows by. */
export function createArena(memory: WebAssembly.Memory, owner?: Allocator): Arena {
  const { allocate, release } = owner ?? ownerOf(memory);
  /** What was given, by the pointer that it was rounded to. */
  const given = new Map<number, number>();
  const giveBack = (pointer: number): void => {
    const first = given.get(pointer);
    if (first !== undefined && given.delete(pointer)) release(first);
  };
  return {
    allocate(bytes) {
      const first = request(memory, bytes, () => allocate(bytes + LINE));
      const pointer = Math.ceil(first / LINE) * LINE;
      given.set(pointer, first);
      return pointer;
    },
    release: giveBack,
    close: () => [...given.keys()].forEach(giveBack),
  };
}

/** A pointer above 0. Allocators say otherwise that there is no room by 0, by −1 or by an error. */
function request({ buffer }: WebAssembly.Memory, bytes: number, ask: () => number): number {
  let cause: unknown;
  try {
    const pointer = ask() >>> 0;
    if (pointer !== 0 && pointer !== 0xffffffff) return pointer;
  } catch (error) {
    cause = error;
  }
  throw new PruneError(
    'out-of-memory',
    `threads need ${bytes} bytes of the shared memory beside the weights, for masks and to work with, and it has no ` +
      `more to give: it has ${buffer.byteLength} bytes and cannot grow; make it with a larger maximum`,
    { cause },
  );
}

/** Bytes that are free. */
interface Span {
  readonly at: number;
  readonly bytes: number;
}

/** Allocators of memories without one: a later backend on the same memory takes what an earlier one gave back. */
const owners = new WeakMap<WebAssembly.Memory, Allocator>();

function ownerOf(memory: WebAssembly.Memory): Allocator {
  const known = owners.get(memory) ?? growingAllocator(memory);
  owners.set(memory, known);
  return known;
}

/** First fit among what was given back, neighbours made one; else new pages. */
function growingAllocator(memory: WebAssembly.Memory): Allocator {
  let free: readonly Span[] = [];
  const live = new Map<number, number>();
  const putBack = (span: Span): void => {
    const sorted = [...free, span].sort((a, b) => a.at - b.at);
    const joined: Span[] = [];
    for (const next of sorted) {
      const last = joined.at(-1);
      if (last !== undefined && last.at + last.bytes === next.at) {
        joined[joined.length - 1] = { at: last.at, bytes: last.bytes + next.bytes };
      } else joined.push(next);
    }
    free = joined;
  };
  const take = (bytes: number): number | undefined => {
    const span = free.find((one) => one.bytes >= bytes);
    if (span === undefined) return undefined;
    free = free
      .map((one) => (one === span ? { at: span.at + bytes, bytes: span.bytes - bytes } : one))
      .filter((one) => one.bytes > 0);
    live.set(span.at, bytes);
    return span.at;
  };
  return {
    allocate(asked) {
      const bytes = Math.ceil(asked / LINE) * LINE;
      const there = take(bytes);
      if (there !== undefined) return there;
      // 0 is no pointer, so the first line of an empty memory is left.
      const skipped = memory.buffer.byteLength === 0 ? LINE : 0;
      const pages = Math.ceil((skipped + bytes) / PAGE);
      const grown = PAGE * memory.grow(pages);
      putBack({ at: grown + skipped, bytes: pages * PAGE - skipped });
      return take(bytes) ?? 0;
    },
    release(pointer) {
      const bytes = live.get(pointer);
      if (bytes !== undefined && live.delete(pointer)) putBack({ at: pointer, bytes });
    },
  };
}
