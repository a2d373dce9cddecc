import { describe, expect, it } from 'vitest';
import { importShared, sharedModule } from './shared-module.js';

/** A module that imports `env.memory`, by its limits. */
const importing = (...limits: number[]) =>
  Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[2, 14 + limits.length, 1, 3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2],
    ...limits,
  );

describe('importShared', () => {
  it('says of the same module that its memory is shared, of any size', () => {
    // At least 3 pages; at most 65536, in three bytes.
    expect([...importShared(importing(0, 3))]).toEqual([...importing(3, 3, 0x80, 0x80, 4)]);
  });

  it('makes kernels that take a shared memory and no other', () => {
    const instantiate = (memory: WebAssembly.Memory) =>
      new WebAssembly.Instance(sharedModule(), { env: { memory } });
    for (const maximum of [1, 65536]) {
      const memory = new WebAssembly.Memory({ initial: 1, maximum, shared: true });
      expect(instantiate(memory).exports).toHaveProperty('dropBelow');
    }
    expect(() => instantiate(new WebAssembly.Memory({ initial: 1 }))).toThrow(WebAssembly.LinkError);
  });

  it.each([
    ['is shared already', importing(3, 0, 1)],
    ['has a most', importing(1, 0, 1)],
    ['is not imported', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)],
    ['is not all that is imported', importing(0, 3).map((byte, i) => (i === 10 ? 2 : byte))],
  ])('refuses a module whose memory %s', (_, bytes) => {
    expect(() => importShared(bytes)).toThrow('the kernels need to import');
  });
});
