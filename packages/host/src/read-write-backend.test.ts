import { createPruner } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { readWriteBackend } from './read-write-backend.js';

/** Two weights behind functions; writes to `failing` throw once they have written half. */
function device() {
  const store = new Map([
    ['a', Float32Array.of(1, 2, 3, 4)],
    ['b', Float32Array.of(0.5, 6, 7, 8)],
  ]);
  const failing = new Set<string>();
  const backend = readWriteBackend<string>({
    name: 'map',
    shape: (key) => [store.get(key)!.length],
    read: (key) => store.get(key)!,
    write: (key, values) => {
      if (failing.delete(key)) {
        store.get(key)!.set(values.subarray(0, 2));
        throw new Error('device lost');
      }
      store.get(key)!.set(values);
    },
  });
  const pruner = createPruner({
    backend,
    weights: ['a', 'b'].map((name) => ({ name, weight: name })),
    schedule: (sparsity) => sparsity,
  });
  return { pruner, failing, contents: () => [...store.values()].map((values) => [...values]) };
}

describe('readWriteBackend', () => {
  it('prunes through reading and writing alone', async () => {
    const { pruner, contents } = device();
    await pruner.update(0.5);
    expect(contents()).toEqual([
      [0, 0, 0, 4],
      [0, 6, 7, 8],
    ]);
    expect((await pruner.report()).weights.map(({ kept }) => kept)).toEqual([1, 3]);
  });

  it('undoes an update whose write failed half-way', async () => {
    const { pruner, failing, contents } = device();
    failing.add('b');
    await expect(pruner.update(0.5)).rejects.toThrow('device lost');
    expect(contents()).toEqual([
      [1, 2, 3, 4],
      [0.5, 6, 7, 8],
    ]);
    expect((await pruner.report()).total.dropped).toBe(0);
    expect((await pruner.update(0.5)).dropped).toBe(4);
  });

  it('says so when a read gives another number of values', async () => {
    const backend = readWriteBackend<null>({
      name: 'short',
      shape: () => [4],
      read: () => new Float32Array(3),
      write: () => {},
    });
    const pruner = createPruner({ backend, weights: [{ name: 'w', weight: null }], schedule: () => 0.5 });
    await expect(pruner.update(0)).rejects.toMatchObject({
      code: 'weight-changed',
      message: 'a weight needs 4 values, read gave 3',
    });
  });

  it('says so when a read gives something else', async () => {
    const wrong = [4, new ArrayBuffer(16), undefined] as unknown as Float32Array[];
    for (const given of wrong) {
      const backend = readWriteBackend<null>({
        name: 'odd',
        shape: () => [4],
        read: () => given,
        write: () => {},
      });
      const pruner = createPruner({ backend, weights: [{ name: 'w', weight: null }], schedule: () => 0.5 });
      await expect(pruner.update(0)).rejects.toThrow('backend odd needs read to give a Float32Array');
    }
  });

  it('tells the first failure when undoing fails too', async () => {
    let writes = 0;
    const backend = readWriteBackend<null>({
      name: 'lost',
      shape: () => [2],
      read: () => Float32Array.of(1, 2),
      write: () => {
        writes += 1;
        throw new Error(`write ${writes}`);
      },
    });
    const pruner = createPruner({ backend, weights: [{ name: 'w', weight: null }], schedule: () => 0.5 });
    await expect(pruner.update(0)).rejects.toThrow('write 1');
  });

  it('refuses options that are not there', () => {
    expect(() => readWriteBackend({} as never)).toThrow(TypeError);
  });

  it('refuses to enforce without waiting', () => {
    const { pruner } = device();
    expect(() => pruner.enforceSync()).toThrow(expect.objectContaining({ code: 'asynchronous' }));
  });
});
