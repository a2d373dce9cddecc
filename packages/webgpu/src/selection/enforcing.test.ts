import { constantSparsity, createPruner, PruneError } from '@synaprune/core';
import { afterAll, describe, expect, it } from 'vitest';
import { webgpuBackend } from '../index.js';
import { createStorage, readFloats, type TestWeight } from '../testing/harness.js';
import { useDawn } from '../testing/use-dawn.js';
import { watchDevice } from '../testing/watch-device.js';

const dawn = await useDawn();

if ('missing' in dawn) {
  it.skip(`what enforcing keeps (${dawn.missing})`, () => {});
} else {
  afterAll(() => dawn.close());

  /** Each weight is 1, 2, 3, 4, of which the first two are dropped. */
  const setUp = async (count: number, weightsPerDispatch = 3) => {
    const device = await dawn.device();
    const { live } = watchDevice(device);
    const before = live();
    const made = { groups: 0 };
    const createBindGroup = device.createBindGroup.bind(device);
    device.createBindGroup = (descriptor) => {
      made.groups += 1;
      return createBindGroup(descriptor);
    };
    const fresh = (values = [1, 2, 3, 4]) => {
      const buffer = createStorage(device, 16);
      device.queue.writeBuffer(buffer, 0, Float32Array.from(values));
      return buffer;
    };
    const weights = Array.from({ length: count }, (): TestWeight => ({ buffer: fresh(), shape: [4] }));
    const backend = webgpuBackend({ device, most: { weightsPerDispatch } });
    const pruner = createPruner({
      backend,
      weights: weights.map((weight, i) => ({ name: `weight-${i}`, weight })),
      schedule: constantSparsity(0.5),
    });
    await pruner.update(0);
    made.groups = 0;
    const enforce = () => {
      made.groups = 0;
      pruner.enforceSync();
      return made.groups;
    };
    const valuesOf = async (buffer: GPUBuffer) => [...(await readFloats(device, buffer, 0, [4]))];
    return { device, backend, pruner, weights, fresh, enforce, valuesOf, live: () => live() - before };
  };

  const revive = (device: GPUDevice, weights: readonly TestWeight[]) => {
    for (const { buffer } of weights) device.queue.writeBuffer(buffer, 0, Float32Array.of(9, 9, 9, 9));
  };

  describe('the same weights again', () => {
    it('make no bind group and no buffer, and are zeroed all the same', async () => {
      const { device, weights, enforce, valuesOf, live, pruner } = await setUp(7);
      expect(enforce()).toBe(3);
      const after = live();
      for (let step = 0; step < 3; step += 1) {
        revive(device, weights);
        expect(enforce()).toBe(0);
        for (const { buffer } of weights) expect(await valuesOf(buffer)).toEqual([0, 0, 9, 9]);
      }
      expect(live()).toBe(after);
      pruner.dispose();
      expect(live()).toBe(7);
    });

    it('ask the device only whether they are still valid', async () => {
      const { device, enforce } = await setUp(7);
      const asked: GPUErrorFilter[] = [];
      const pushErrorScope = device.pushErrorScope.bind(device);
      device.pushErrorScope = (filter) => {
        asked.push(filter);
        return pushErrorScope(filter);
      };
      enforce();
      expect(asked.toSorted()).toEqual(['internal', 'out-of-memory', 'validation']);
      asked.length = 0;
      enforce();
      expect(asked).toEqual(['validation']);
    });

    it('follow their masks, which change without a word', async () => {
      const { device, backend, weights, valuesOf } = await setUp(1);
      const [weight] = weights;
      const mask = backend.createMask(weight!);
      backend.writeMask(mask, Uint8Array.of(0b1110));
      backend.enforce([{ weight: weight!, mask }]);
      backend.writeMask(mask, Uint8Array.of(0b0111));
      revive(device, weights);
      backend.enforce([{ weight: weight!, mask }]);
      expect(await valuesOf(weight!.buffer)).toEqual([9, 9, 9, 0]);
    });
  });

  describe('a weight in another buffer', () => {
    it('costs the one bind group that it is in, and the buffer it left stays as it is', async () => {
      const { device, weights, fresh, enforce, valuesOf } = await setUp(7);
      enforce();
      const left = weights[4]!.buffer;
      weights[4]!.buffer = fresh();
      device.queue.writeBuffer(left, 0, Float32Array.of(5, 6, 7, 8));
      expect(enforce()).toBe(1);
      expect(await valuesOf(weights[4]!.buffer)).toEqual([0, 0, 3, 4]);
      expect(await valuesOf(left)).toEqual([5, 6, 7, 8]);
    });

    it('is known again when buffers take turns', async () => {
      const { device, weights, fresh, enforce, valuesOf } = await setUp(6);
      const sets = [weights.map(({ buffer }) => buffer), weights.map(() => fresh())];
      const made: number[] = [];
      for (let step = 0; step < 6; step += 1) {
        for (const [i, weight] of weights.entries()) weight.buffer = sets[step % 2]![i]!;
        revive(device, weights);
        made.push(enforce());
        for (const { buffer } of weights) expect(await valuesOf(buffer)).toEqual([0, 0, 9, 9]);
      }
      expect(made).toEqual([2, 2, 0, 0, 0, 0]);
    });

    it('is zeroed where two weights have changed places', async () => {
      const { backend, fresh, valuesOf } = await setUp(1);
      const [a, b] = [fresh(), fresh([5, 6, 7, 8])];
      const weights = [a, b].map((buffer): TestWeight => ({ buffer, shape: [4] }));
      const items = weights.map((weight, i) => {
        const mask = backend.createMask(weight);
        backend.writeMask(mask, Uint8Array.of(i === 0 ? 0b1110 : 0b0111));
        return { weight, mask };
      });
      backend.enforce(items);
      [weights[0]!.buffer, weights[1]!.buffer] = [b, a];
      backend.enforce(items);
      expect([await valuesOf(a), await valuesOf(b)]).toEqual([
        [0, 2, 3, 0],
        [0, 6, 7, 0],
      ]);
    });

    it('leaves no more behind than a few lists, however often it moves', async () => {
      const { weights, fresh, enforce, live, pruner } = await setUp(3);
      const counts: number[] = [];
      for (let step = 0; step < 12; step += 1) {
        weights[0]!.buffer.destroy();
        weights[0]!.buffer = fresh();
        expect(enforce()).toBe(1);
        counts.push(live());
      }
      expect(new Set(counts).size).toBe(1);
      pruner.dispose();
      expect(live()).toBe(3);
    });
  });

  it('a buffer that was destroyed is refused, and its bind group goes with it', async () => {
    const { device, weights, fresh, enforce, valuesOf, pruner } = await setUp(4);
    enforce();
    weights[1]!.buffer.destroy();
    // The device answers when it likes.
    await expect
      .poll(() => {
        try {
          return enforce();
        } catch (error) {
          return (error as PruneError).code;
        }
      })
      .toBe('weight-changed');
    weights[1]!.buffer = fresh();
    await device.queue.onSubmittedWorkDone();
    // Calls on the destroyed buffer that were under way when the first was told.
    await expect
      .poll(() =>
        pruner.report().then(
          () => 'usable',
          () => 'not yet',
        ),
      )
      .toBe('usable');
    revive(device, weights);
    pruner.enforceSync();
    for (const { buffer } of weights) expect(await valuesOf(buffer)).toEqual([0, 0, 9, 9]);
  });

  it('nothing of a pruner that is gone is kept, and what its neighbour has is', async () => {
    const { backend, weights, fresh, enforce, live, pruner } = await setUp(3);
    enforce();
    const buffer = fresh();
    const other = createPruner({
      backend,
      weights: [{ name: 'other', weight: { buffer, shape: [4] } }],
      schedule: constantSparsity(0.5),
    });
    await other.update(0);
    other.enforceSync();
    const both = live();
    other.dispose();
    expect(live()).toBe(both - 1);
    expect(enforce()).toBe(0);
    pruner.dispose();
    expect(live()).toBe(weights.length + 1);
  });

  it('a device lost between two enforces is told', async () => {
    const { device, enforce } = await setUp(4);
    enforce();
    enforce();
    device.destroy();
    await device.lost;
    expect(enforce).toThrow(expect.objectContaining({ code: 'device-lost' }));
    expect(enforce).toThrow(PruneError);
  });
}
