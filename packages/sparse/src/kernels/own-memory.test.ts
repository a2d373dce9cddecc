import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOwnMemory } from './own-memory.js';

describe('a memory of its own', () => {
  it('never gives the same bytes twice, and gives again what came back', () => {
    const requests = fc.array(fc.tuple(fc.integer({ min: 0, max: 150_000 }), fc.nat(5)), { maxLength: 40 });
    fc.assert(
      fc.property(requests, (all) => {
        const own = createOwnMemory();
        const taken: { at: number; end: number }[] = [];
        for (const [bytes, released] of all) {
          const at = own.allocate(bytes);
          expect(at % 16).toBe(0);
          expect(at).toBeGreaterThan(0);
          expect(at + bytes).toBeLessThanOrEqual(own.memory.buffer.byteLength);
          expect(taken.every((other) => at + bytes <= other.at || other.end <= at)).toBe(true);
          taken.push({ at, end: at + Math.max(1, bytes) });
          const [gone] = taken.splice(released, 1);
          if (gone !== undefined) own.release(gone.at);
        }
        for (const { at } of taken) own.release(at);
        const { byteLength } = own.memory.buffer;
        expect(own.allocate(byteLength - 16)).toBe(16);
        expect(own.memory.buffer.byteLength).toBe(byteLength);
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
