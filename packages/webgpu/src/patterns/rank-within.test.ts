import { guardBackend, randomMagnitude } from '@synaprune/core';
import { afterAll, describe, expect, it } from 'vitest';
import { webgpuBackend } from '../index.js';
import { membersOf } from '../testing/blocks-by-index.js';
import { createItems } from '../testing/items.js';
import { useDawn } from '../testing/use-dawn.js';
import { DISTRIBUTIONS, fill } from '../testing/values.js';
import { watchDevice } from '../testing/watch-device.js';

const dawn = await useDawn();

if ('missing' in dawn) {
  it.skip(`groups on WebGPU (${dawn.missing})`, () => {});
} else {
  const device = await dawn.device();
  const { live } = watchDevice(device);
  const backend = guardBackend(webgpuBackend({ device }));
  const { place, item: itemOf, release, bitsOf } = createItems(device, backend);
  afterAll(() => dawn.close());

  describe('rankWithin keeps what a group can spare', () => {
    it.each([
      [[64, 8], { keep: 2, of: 4, axis: 1 }],
      [[64, 8], { keep: 2, of: 4, axis: 0 }],
      [[13, 7, 11], { keep: 1, of: 3, axis: 1 }],
      [[13, 7, 11], { keep: 2, of: 4, axis: 0 }],
      [[1000], { keep: 16, of: 32, axis: 0 }],
      [[37], { keep: 0, of: 4, axis: 0 }],
      [[37], { keep: 4, of: 4, axis: 0 }],
      [[5, 3], { keep: 2, of: 100, axis: 0 }],
    ])('in %j, %j', async (shape, groups) => {
      const elements = shape.reduce((product, length) => product * length, 1);
      const before = live();
      for (const [i, draw] of Object.values(DISTRIBUTIONS).entries()) {
        const values = fill(elements, draw, i);
        const words = new Uint32Array(values.buffer);
        const seeded = { kind: 'random', seed: 77 + i } as const;
        const item = itemOf(values, shape, 0b1101_1111, i === 0 ? seeded : { kind: 'magnitude' });
        const into = backend.createMask(item.weight);
        await backend.writeMask(into, new Uint8Array(Math.ceil(elements / 8)));
        await backend.rankWithin!([item], [groups], [into]);
        const kept = await bitsOf(item.mask);
        const rankOf = (element: number) =>
          i === 0 ? randomMagnitude(seeded.seed, element) : words[element]! & 0x7fffffff;
        const expected = sparedOf(shape, groups, kept, rankOf);
        expect(await bitsOf(into)).toEqual(expected);
        expect(await backend.countKept([into])).toEqual([expected.reduce((sum, bit) => sum + bit, 0)]);
        backend.disposeMask(into);
        release(item);
      }
      expect(live()).toBe(before);
    });

    it('of several items, by another tensor too', async () => {
      const tensor = place(Float32Array.of(1, 9, 3, 4), [4]);
      const items = [
        itemOf(Float32Array.of(4, 3, 2, 1), [4]),
        itemOf(Float32Array.of(4, 3, 2, 1), [4], 0xff, { kind: 'tensor', tensor }),
        itemOf(new Float32Array(0), [0]),
      ];
      const into = items.map(({ weight }) => backend.createMask(weight));
      const groups = items.map(() => ({ keep: 1, of: 2, axis: 0 }));
      await backend.rankWithin!(items, groups, into);
      expect(await Promise.all(into.map(bitsOf))).toEqual([[0, 1, 0, 1], [1, 0, 1, 0], []]);
      for (const mask of into) backend.disposeMask(mask);
      release(...items);
    });
  });

  it('has had no error from the device', () => {
    expect(dawn.errors).toEqual([]);
  });
}

/** Sorts each group, and takes all but the last `keep`. */
function sparedOf(
  shape: readonly number[],
  { keep, of, axis }: { readonly keep: number; readonly of: number; readonly axis: number },
  kept: readonly number[],
  rankOf: (element: number) => number,
): number[] {
  const edges = shape.map((_, i) => (i === axis ? of : 1));
  const spared = kept.map(() => 0);
  for (const own of membersOf(shape, edges)) {
    const sorted = own
      .filter((element) => kept[element] === 1)
      .sort((a, b) => rankOf(a) - rankOf(b) || a - b);
    for (const element of sorted.slice(0, Math.max(0, sorted.length - keep))) spared[element] = 1;
  }
  return spared;
}
