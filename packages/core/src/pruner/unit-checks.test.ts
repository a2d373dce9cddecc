import { describe, expect, it } from 'vitest';
import type { PooledItem, TensorBackend } from '../contract/backend.js';
import { guardBackend } from '../contract/guard-backend.js';
import { type ArrayMask, type ArrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { createPruner } from './pruner.js';

/** A backend whose rankWithin or blocks answer as told. */
function setUp(changes: Partial<TensorBackend<ArrayWeight, ArrayMask>>, pattern: 'block' | 'n:m') {
  const weight: ArrayWeight = { values: Float32Array.from({ length: 8 }, (_, i) => i + 1), shape: [2, 4] };
  const plain = createArrayBackend();
  const pooled = {
    pool: () => {
      const units: ArrayWeight = { values: Float32Array.of(1, 2, 3, 4), shape: [2, 2] };
      const item = { weight: units, mask: plain.createMask(units), score: { kind: 'magnitude' } } as const;
      return [item as PooledItem];
    },
    disposePooled: () => {},
    spread: () => {},
  };
  const pruner = createPruner({
    backend: guardBackend({ ...plain, ...(pattern === 'block' ? pooled : {}), ...changes }),
    weights: [{ name: 'kernel', weight }],
    schedule: () => 0.5,
    pattern:
      pattern === 'block' ? { kind: 'block', shape: [1, 2] } : { kind: 'n:m', keep: 2, of: 4, axis: 1 },
  });
  return { pruner, weight };
}

const clear = (masks: readonly ArrayMask[]) => {
  for (const mask of masks) mask.fill(false);
};

describe('a backend is found out, and nothing has changed, whose', () => {
  it.each([
    ['spread forgets', 'block', { spread: () => {} }, 'dropped 2 units, which are 2 to 4 elements'],
    [
      'spread drops everything',
      'block',
      { spread: (_p: unknown, _b: unknown, into: readonly ArrayMask[]) => clear(into) },
      'its masks drop 8 elements more',
    ],
    [
      'rankWithin leaves everything',
      'n:m',
      { rankWithin: () => {} },
      'needs 4 units of "kernel" to be there',
    ],
    [
      'rankWithin finds nothing',
      'n:m',
      { rankWithin: (_i: unknown, _g: unknown, into: readonly ArrayMask[]) => clear(into) },
      'needs 4 units of "kernel" to be there to drop, got 0',
    ],
  ] as const)('%s', async (_name, pattern, changes, message) => {
    const { pruner, weight } = setUp(changes, pattern);
    await expect(pruner.update(0)).rejects.toMatchObject({
      code: 'contract-violation',
      message: expect.stringContaining(message),
    });
    expect([...weight.values]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect((await pruner.masks())[0]!.bits).toEqual(Uint8Array.of(0xff));
  });
});
