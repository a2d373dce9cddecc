import { describe, expect, it } from 'vitest';
import {
  type ArrayMask,
  type ArrayWeight,
  arrayWeight,
  createArrayBackend,
} from '../testing/array-backend.js';
import type { TensorBackend } from './backend.js';
import { guardBackend } from './guard-backend.js';

const magnitude = { kind: 'magnitude' } as const;

function setUp(changes: Partial<TensorBackend<ArrayWeight, ArrayMask>> = {}) {
  const backend = guardBackend({ ...createArrayBackend(), ...changes });
  const weight = arrayWeight(1, 2, 3);
  const mask = backend.createMask(weight);
  return { backend, weight, mask, item: { weight, mask, score: magnitude } };
}

describe('guardBackend', () => {
  it('gives one guard to one backend, and a guard as it is', () => {
    const backend = createArrayBackend();
    const guard = guardBackend(backend);
    expect(guardBackend(backend)).toBe(guard);
    expect(guardBackend(guard)).toBe(guard);
  });

  it('has the optional verbs that the backend has, and no others', () => {
    const guard = guardBackend({ ...createArrayBackend(), combine: () => {} });
    expect([typeof guard.read, typeof guard.combine, guard.pool, guard.rankWithin]).toEqual([
      'function',
      'function',
      undefined,
      undefined,
    ]);
  });

  it.each<[string, (set: ReturnType<typeof setUp>) => unknown, string]>([
    [
      'a count of none',
      ({ backend, item }) => backend.findCut([item], 0),
      'count to be an integer from 1 to 3, got 0',
    ],
    ['more than there are', ({ backend, item }) => backend.findCut([item], 4), 'from 1 to 3, got 4'],
    [
      'magnitudes that descend',
      ({ backend, item }) => backend.countBelow([item], [2, 1]),
      'ascending integers',
    ],
    [
      'a magnitude beyond all',
      ({ backend, item }) => backend.countBelow([item], [2 ** 32]),
      'ascending integers',
    ],
    [
      'a cut that is none',
      ({ backend, item }) => backend.drop([{ items: [item], cut: { magnitude: 1.5, ties: 0 } }]),
      'a cut is { magnitude, ties }',
    ],
    [
      'too many bits',
      ({ backend, mask }) => backend.writeMask(mask, Uint8Array.of(0b1111)),
      'bits beyond them',
    ],
    [
      'too many bytes',
      ({ backend, mask }) => backend.writeMask(mask, Uint8Array.of(1, 1)),
      'needs 1 bytes, got 2',
    ],
    ['a mask of nobody', ({ backend }) => backend.readMask([true]), 'needs a mask of its own'],
    [
      'a mask of another shape',
      ({ backend, mask }) => backend.enforce([{ weight: arrayWeight(1), mask }]),
      'a mask of shape [3] needs a weight of that shape, got [1]',
    ],
    [
      'scores of another shape',
      ({ backend, weight, mask }) =>
        backend.findCut([{ weight, mask, score: { kind: 'tensor', tensor: arrayWeight(1) } }], 1),
      'needs scores of the shape [3], got [1]',
    ],
    [
      'a mask that was given back',
      ({ backend, mask }) => {
        backend.disposeMask(mask);
        return backend.readMask(mask);
      },
      'the mask was disposed',
    ],
  ])('refuses %s', (_name, call, message) => {
    expect(() => call(setUp())).toThrow(message);
  });

  it.each<
    [string, Partial<TensorBackend<ArrayWeight, ArrayMask>>, (set: ReturnType<typeof setUp>) => unknown]
  >([
    ['no cut', { findCut: () => 5 as never }, ({ backend, item }) => backend.findCut([item], 1)],
    ['counts of too few', { countBelow: () => [] }, ({ backend, item }) => backend.countBelow([item], [1])],
    [
      'kept elements of too few masks',
      { countKept: () => [] },
      ({ backend, item }) => backend.countKept([item.mask]),
    ],
    [
      'no number kept',
      { countKept: () => [Number.NaN] },
      ({ backend, item }) => backend.countKept([item.mask]),
    ],
    ['too many kept', { countKept: () => [99] }, ({ backend, item }) => backend.countKept([item.mask])],
    [
      'too many bits',
      { readMask: () => new Uint8Array(9) },
      ({ backend, item }) => backend.readMask(item.mask),
    ],
    [
      'no blocks',
      { pool: () => [], spread: () => {}, disposePooled: () => {} },
      ({ backend, item }) => backend.pool!([item], [{ shape: [3], edges: [1], pooling: 'max' }]),
    ],
    ['too few values', { read: () => new Float32Array(2) }, ({ backend, weight }) => backend.read!(weight)],
  ])('calls a backend that answers with %s a breach of the contract', (_name, changes, call) => {
    expect(() => call(setUp(changes))).toThrow(expect.objectContaining({ code: 'contract-violation' }));
  });

  it('checks what it is answered with later, too', async () => {
    const { backend, item } = setUp({ findCut: async () => 5 as never });
    await expect(backend.findCut([item], 1)).rejects.toMatchObject({ code: 'contract-violation' });
  });
});
