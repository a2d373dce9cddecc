import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createArena } from './arena.js';
import { sharedMemory } from './testing/threads.js';

describe('createArena', () => {
  it('gives room that overlaps nothing else, in the memory, however it is given back', () => {
    const steps = fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 90_000 }), back: fc.nat() }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const memory = sharedMemory(0, 4096);
        const arena = createArena(memory);
        const live: { at: number; bytes: number }[] = [];
        for (const { bytes, back } of list) {
          if (back % 3 === 0 && live.length > 0) {
            arena.release(live.splice(back % live.length, 1)[0]!.at);
          } else live.push({ at: arena.allocate(bytes), bytes });
          const sorted = [...live].sort((a, b) => a.at - b.at);
          for (const [i, { at, bytes: size }] of sorted.entries()) {
            expect(at).toBeGreaterThan(0);
            expect(at % 64).toBe(0);
            expect(at + size).toBeLessThanOrEqual(sorted[i + 1]?.at ?? memory.buffer.byteLength);
          }
        }
      }),
    );
  });

  it('gives whole pages of a memory that is empty, though 0 is no pointer', () => {
    for (const bytes of [65_408, 65_472, 65_536, 131_008]) {
      const memory = sharedMemory(0, 4);
      const pointer = createArena(memory).allocate(bytes);
      expect(pointer).toBeGreaterThan(0);
      expect(pointer + bytes).toBeLessThanOrEqual(memory.buffer.byteLength);
    }
  });

  it('takes new pages only where nothing that was given back will do', () => {
    const memory = sharedMemory(1);
    const arena = createArena(memory);
    const pointers = [1, 2, 3].map(() => arena.allocate(60_000));
    const { byteLength } = memory.buffer;
    for (const pointer of pointers) arena.release(pointer);
    // Three neighbours that are free are room for one as large as all of them.
    arena.release(arena.allocate(180_000));
    expect(memory.buffer.byteLength).toBe(byteLength);
  });

  it('gives back what was left when it is closed, to the next on the same memory', () => {
    const memory = sharedMemory(1);
    const first = createArena(memory);
    first.allocate(100_000);
    const { byteLength } = memory.buffer;
    first.close();
    createArena(memory).allocate(100_000);
    expect(memory.buffer.byteLength).toBe(byteLength);
  });

  it('rounds what an allocator gives to a line of the cache, and gives back what it gave', () => {
    const released: number[] = [];
    const owner = { allocate: () => 1000, release: (pointer: number) => void released.push(pointer) };
    const arena = createArena(sharedMemory(), owner);
    const pointer = arena.allocate(10);
    expect(pointer).toBe(1024);
    arena.release(pointer);
    arena.release(pointer);
    arena.close();
    expect(released).toEqual([1000]);
  });

  it('takes a pointer above 2 GiB for what it is, however it is signed', () => {
    const arena = createArena(sharedMemory(), { allocate: () => -64, release: () => {} });
    expect(arena.allocate(4)).toBe(2 ** 32 - 64);
  });
});
