import { createPruner, type TensorBackend } from '@synaprune/core';
import { expect, it } from 'vitest';
import { hostBackend } from './host-backend.js';
import type { HostMask, HostWeight } from './host-weight.js';

/** The host, with books on what it has pooled. */
function watched(over: (own: TensorBackend<HostWeight, HostMask>) => object) {
  const own = hostBackend();
  let pooled = 0;
  const backend: TensorBackend<HostWeight, HostMask> = {
    ...own,
    pool: async (...args) => {
      const items = await own.pool!(...args);
      pooled += items.length;
      return items;
    },
    disposePooled: (items) => {
      pooled -= items.length;
      own.disposePooled!(items);
    },
  };
  return { backend: { ...backend, ...over(backend) }, pooled: () => pooled };
}

function pruneBlocks(backend: TensorBackend<HostWeight, HostMask>) {
  const weight = { values: Float32Array.of(1, 1, 5, 5, 1, 1, 5, 5), shape: [2, 4] };
  const pruner = createPruner({
    backend,
    weights: [{ name: 'kernel', weight }],
    schedule: (position) => position,
    pattern: { kind: 'block', shape: [2, 2] },
  });
  return { pruner, weight };
}

it('an update of blocks holds where the units cannot be given back, and dispose tells', async () => {
  const { backend } = watched((own) => ({
    disposePooled(items: Parameters<NonNullable<typeof own.disposePooled>>[0]) {
      own.disposePooled!(items);
      throw new Error('device lost');
    },
  }));
  const { pruner, weight } = pruneBlocks(backend);
  await pruner.update(0.5);
  expect([...weight.values]).toEqual([0, 0, 5, 5, 0, 0, 5, 5]);
  expect((await pruner.masks())[0]!.bits).toEqual(Uint8Array.of(0b11001100));
  expect(() => pruner.dispose()).toThrow('device lost');
});

it('units whose shape cannot be told are given back', async () => {
  const kernels = new WeakSet<object>();
  const { backend, pooled } = watched((own) => ({
    shape(weight: HostWeight) {
      if (kernels.has(weight)) return own.shape(weight);
      throw new Error('device lost');
    },
  }));
  const weight = { values: Float32Array.of(1, 2, 3, 4), shape: [2, 2] };
  kernels.add(weight);
  const pruner = createPruner({
    backend,
    weights: [{ name: 'kernel', weight }],
    schedule: (position) => position,
    pattern: { kind: 'channel', axis: 0 },
  });
  await expect(pruner.update(0.5)).rejects.toThrow('device lost');
  expect(pooled()).toBe(0);
  expect([...weight.values]).toEqual([1, 2, 3, 4]);
});
