import { type Blocks, guardBackend } from '@synaprune/core';
import { afterAll, expect, it } from 'vitest';
import { webgpuBackend } from '../index.js';
import type { WebgpuMask } from '../masks/mask-store.js';
import { membersOf } from '../testing/blocks-by-index.js';
import { createItems } from '../testing/items.js';
import { useDawn } from '../testing/use-dawn.js';
import { watchDevice } from '../testing/watch-device.js';

const dawn = await useDawn();

if ('missing' in dawn) {
  it.skip(`blocks of masks on WebGPU (${dawn.missing})`, () => {});
} else {
  const device = await dawn.device();
  const { live } = watchDevice(device);
  const backend = guardBackend(webgpuBackend({ device }));
  const { item: itemOf, release, bitsOf } = createItems(device, backend);
  afterAll(() => dawn.close());

  it.each([
    [
      [33, 35],
      [2, 2],
    ],
    [[64], [3]],
    [
      [3, 5, 7],
      [3, 1, 7],
    ],
    [
      [3, 5, 7],
      [2, 2, 2],
    ],
    [
      [70_001, 2],
      [70_001, 1],
    ],
  ])(
    'spread drops in %j the elements of dropped blocks of %j, and brings none back',
    async (shape, edges) => {
      const elements = shape.reduce((product, length) => product * length, 1);
      const before = live();
      const item = itemOf(new Float32Array(elements), shape, 0b1011_1110);
      const blocks: Blocks = { shape, edges, pooling: 'max' };
      const [pooled] = await backend.pool!([item], [blocks]);
      const units = (pooled!.mask as WebgpuMask).elements;
      const packed = Uint8Array.from({ length: Math.ceil(units / 8) }, (_, byte) => {
        const used = Math.min(8, units - 8 * byte);
        return 0b0101_0010 & ((1 << used) - 1);
      });
      await backend.writeMask(pooled!.mask, packed);
      const kept = await bitsOf(item.mask);
      await backend.spread!([pooled!], [blocks], [item.mask]);
      const expected = [...kept];
      for (const [unit, own] of membersOf(shape, edges).entries()) {
        if (((packed[unit >> 3]! >> (unit & 7)) & 1) === 0) for (const element of own) expected[element] = 0;
      }
      expect(await bitsOf(item.mask)).toEqual(expected);
      expect(await backend.countKept([item.mask])).toEqual([expected.reduce((sum, bit) => sum + bit, 0)]);
      backend.disposePooled!([pooled!]);
      release(item);
      expect(live()).toBe(before);
    },
  );

  it('has had no error from the device', () => {
    expect(dawn.errors).toEqual([]);
  });
}
