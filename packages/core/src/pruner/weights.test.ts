import { describe, expect, it } from 'vitest';
import { type ArrayWeight, arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { prune } from '../testing/prune.js';

/** The test backend, which says where its weights lie. */
const backend = {
  ...createArrayBackend(),
  extent: ({ values: { buffer, byteOffset, byteLength } }: ArrayWeight) => ({
    memory: buffer,
    byteOffset,
    byteLength,
  }),
};

/** A view of elements `from` to `to` (exclusive). */
const view = (all: Float32Array, from: number, to: number): ArrayWeight => ({
  values: all.subarray(from, to),
  shape: [to - from],
});

describe('two weights in one memory', () => {
  it('are refused where they overlap, naming both', () => {
    const all = new Float32Array(8);
    expect(() => prune([view(all, 4, 8), arrayWeight(1), view(all, 0, 5)], { backend })).toThrow(
      expect.objectContaining({
        code: 'duplicate-weight',
        message:
          '"c" and "a" overlap: bytes 0 to 20 and bytes 16 on of one memory; ' +
          'give each weight a memory, or a part of one, of its own',
      }),
    );
  });

  it('are refused where one holds the other, or both are the same', () => {
    const all = new Float32Array(8);
    for (const twins of [
      [view(all, 0, 8), view(all, 2, 3)],
      [view(all, 1, 4), view(all, 1, 4)],
    ]) {
      expect(() => prune(twins, { backend })).toThrow(expect.objectContaining({ code: 'duplicate-weight' }));
    }
  });

  it('may touch', () => {
    const all = new Float32Array(8);
    expect(() => prune([view(all, 4, 8), view(all, 0, 4)], { backend })).not.toThrow();
  });

  it('may overlap where only one is selected', () => {
    const all = new Float32Array(8);
    expect(() => prune([view(all, 0, 8), view(all, 2, 3)], { backend, select: ['a'] })).not.toThrow();
  });
});

describe('an option inside a weight', () => {
  it('is refused with the place it stands at', () => {
    const weights = [
      { name: 'a', weight: arrayWeight(1) },
      { name: 'b', weight: arrayWeight(2), schedule: () => 1 },
    ];
    expect(() => prune([], { weights })).toThrow(
      'createPruner has no option "schedule" in weights[1]; it takes name, weight',
    );
  });
});
