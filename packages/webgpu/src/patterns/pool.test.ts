import {
  type Blocks,
  guardBackend,
  magnitudeOf,
  type Pooling,
  poolMagnitudes,
  randomMagnitude,
  type Score,
} from '@synaprune/core';
import { afterAll, describe, expect, it } from 'vitest';
import { type WebgpuWeight, webgpuBackend } from '../index.js';
import { membersOf } from '../testing/blocks-by-index.js';
import { createItems } from '../testing/items.js';
import { useDawn } from '../testing/use-dawn.js';
import { createRandom, DISTRIBUTIONS, fill } from '../testing/values.js';
import { watchDevice } from '../testing/watch-device.js';

const dawn = await useDawn();
const POOLINGS: readonly Pooling[] = ['mean', 'max', 'l2'];

if ('missing' in dawn) {
  it.skip(`scores of blocks on WebGPU (${dawn.missing})`, () => {});
} else {
  const device = await dawn.device();
  const { live } = watchDevice(device);
  const backend = guardBackend(webgpuBackend({ device }));
  const { place, item: itemOf, release, scoresOf, bitsOf } = createItems(device, backend);
  afterAll(() => dawn.close());

  /** Pools on the device and by core, element by element, and compares scores and masks. */
  const comparePooling = async (
    values: Float32Array,
    shape: readonly number[],
    edges: readonly number[],
    {
      poolings = POOLINGS,
      byte = 0xff,
      score = { kind: 'magnitude' } as Score<WebgpuWeight>,
      ranks = values,
    } = {},
  ): Promise<void> => {
    const members = membersOf(shape, edges);
    const words = new Uint32Array(ranks.buffer, ranks.byteOffset, ranks.length);
    for (const pooling of poolings) {
      const item = itemOf(values, shape, byte, score);
      const blocks: Blocks = { shape, edges, pooling };
      const [pooled] = await backend.pool!([item], [blocks]);
      const rankOf = (element: number) =>
        score.kind === 'random' ? randomMagnitude(score.seed, element) : words[element]! & 0x7fffffff;
      expect(backend.shape(pooled!.weight)).toEqual(
        shape.map((length, axis) => Math.ceil(length / edges[axis]!)),
      );
      expect(await scoresOf(pooled!)).toEqual(members.map((own) => poolMagnitudes(own.map(rankOf), pooling)));
      const kept = await bitsOf(item.mask);
      const keptUnits = members.map((own) => Number(own.some((element) => kept[element] === 1)));
      expect(await bitsOf(pooled!.mask)).toEqual(keptUnits);
      expect(await backend.countKept([pooled!.mask])).toEqual([keptUnits.reduce((sum, bit) => sum + bit, 0)]);
      backend.disposePooled!([pooled!]);
      item.weight.buffer.destroy();
      backend.disposeMask(item.mask);
    }
  };

  describe('pool gives worked cases', () => {
    it.each([
      ['mean', [1, -2, 3, -6], 3],
      ['max', [1, -2, 3, -6], 6],
      ['l2', [2, -3, 6, 0], 7],
      ['mean', [1, Number.NaN, Number.POSITIVE_INFINITY, 0], Number.NaN],
      ['l2', [1, Number.NEGATIVE_INFINITY, 0, 0], Number.POSITIVE_INFINITY],
      ['l2', [3e38, 3e38, -3e38, 1], 2 ** 128 * (1 - 2 ** -24)],
      ['mean', [0, -0, 0, 0], 0],
      ['mean', [2 ** -149, 2 ** -149, 2 ** -149, 0], 0],
      ['mean', [2 ** -149, 2 ** -149, 2 ** -148, 0], 2 ** -149],
      ['l2', [3 * 2 ** -149, 4 * 2 ** -149, 0, 0], 5 * 2 ** -149],
    ] as const)('%s of %j is %d', async (pooling, values, expected) => {
      const item = itemOf(Float32Array.from(values), [2, 2]);
      const [pooled] = await backend.pool!([item], [{ shape: [2, 2], edges: [2, 2], pooling }]);
      expect(await scoresOf(pooled!)).toEqual([magnitudeOf(expected)]);
      backend.disposePooled!([pooled!]);
      release(item);
    });
  });

  describe('pool gives the scores of core, bit for bit', () => {
    describe.each(Object.entries(DISTRIBUTIONS))('%s', (_name, draw) => {
      it.each([
        ['2×2 with ragged edges', [33, 35], [2, 2]],
        ['4×4', [64, 32], [4, 4]],
        ['channels first', [7, 3, 5, 11], [1, 3, 5, 11]],
        ['channels last', [300, 9], [300, 1]],
        ['a convolution’s last but one', [3, 3, 5, 33], [3, 3, 1, 33]],
        ['blocks in four axes', [3, 5, 7, 9], [2, 3, 2, 4]],
        ['one block of everything', [70_001], [70_001]],
        ['blocks of one element', [100], [1]],
        ['blocks larger than the weight', [5, 5], [8, 8]],
      ] as const)('%s', async (_which, shape, edges) => {
        const elements = shape.reduce<number>((product, length) => product * length, 1);
        await comparePooling(fill(elements, draw, 3 + elements), shape, edges, { byte: 0b0110_0000 });
      });
    });

    it('where what a float64 would lose decides', async () => {
      // 2¹⁰⁰ and four parts of the step to the next float: only together they reach it, and one unit less does not.
      const [large, step] = [2 ** 100, 2 ** 77];
      const parts = (last: number) => [large, step / 4, step / 4, step / 4, last, 0, 0, 0];
      const values = Float32Array.from([...parts(step / 4), ...parts(step / 4 - 2 ** 52)]);
      await comparePooling(values, [2, 8], [1, 8]);
      const item = itemOf(values, [2, 8]);
      const [pooled] = await backend.pool!([item], [{ shape: [2, 8], edges: [1, 8], pooling: 'mean' }]);
      expect(await scoresOf(pooled!)).toEqual([large / 8 + step / 8, large / 8].map(magnitudeOf));
      backend.disposePooled!([pooled!]);
      release(item);
    });

    it('with magnitudes from one end to the other in one block', async () => {
      const random = createRandom(9);
      const values = new Float32Array(
        Uint32Array.from({ length: 40_000 }, () => ((random() % 255) << 23) | (random() & 0x7fffff)).buffer,
      );
      await comparePooling(values, [40_000], [50]);
      await comparePooling(values, [40_000], [10_000]);
      // And by BigInt: no more than the exact value, and the next float is more.
      const item = itemOf(values, [40_000]);
      const units = [...new Uint32Array(values.buffer)].map(scaled);
      for (const pooling of ['mean', 'l2'] as const) {
        const [pooled] = await backend.pool!([item], [{ shape: [40_000], edges: [50], pooling }]);
        for (const [i, score] of (await scoresOf(pooled!)).entries()) {
          const own = units.slice(50 * i, 50 * i + 50);
          const sum = own.reduce((total, unit) => total + (pooling === 'l2' ? unit * unit : unit), 0n);
          const [below, above] = [scaled(score), scaled(score + 1)].map((unit) =>
            pooling === 'l2' ? unit * unit : unit * 50n,
          );
          expect(below! <= sum && (sum < above! || score === 0x7f7fffff)).toBe(true);
        }
        backend.disposePooled!([pooled!]);
      }
      release(item);
    });

    it('with more elements than a limb takes additions without a carry', async () => {
      // 256 threads of more than 2¹⁶ elements each, and the 16 low bits of a mantissa fill a limb at this exponent.
      const elements = 2 ** 24 + 2 ** 12;
      const item = itemOf(new Float32Array(new Uint32Array(elements).fill(0x38ffffff).buffer), [elements]);
      const [pooled] = await backend.pool!(
        [item],
        [{ shape: [elements], edges: [elements], pooling: 'mean' }],
      );
      expect(await scoresOf(pooled!)).toEqual([0x38ffffff]);
      backend.disposePooled!([pooled!]);
      release(item);
    });

    it('of random scores and of another tensor', async () => {
      const values = fill(70 * 90, DISTRIBUTIONS['bell-shaped']!, 1);
      await comparePooling(values, [70, 90], [4, 4], { score: { kind: 'random', seed: 0xdeadbeef } });
      const ranks = fill(70 * 90, DISTRIBUTIONS['any bits at all']!, 2);
      const tensor = place(ranks, [70, 90]);
      await comparePooling(values, [70, 90], [70, 1], { score: { kind: 'tensor', tensor }, ranks });
      tensor.buffer.destroy();
    });
  });

  describe('pool', () => {
    it('takes many items with blocks of their own, scalars and weights without elements among them', async () => {
      const before = live();
      const items = [
        itemOf(Float32Array.of(-3), []),
        itemOf(new Float32Array(0), [0, 4]),
        itemOf(Float32Array.of(1, 5), [2]),
      ];
      const pooled = await backend.pool!(items, [
        { shape: [], edges: [], pooling: 'l2' },
        { shape: [0, 4], edges: [2, 2], pooling: 'mean' },
        { shape: [2], edges: [2], pooling: 'mean' },
      ]);
      expect(pooled.map(({ weight }) => backend.shape(weight))).toEqual([[], [0, 2], [1]]);
      expect(await scoresOf(pooled[0]!)).toEqual([magnitudeOf(3)]);
      expect(await scoresOf(pooled[2]!)).toEqual([magnitudeOf(3)]);
      expect(await backend.findCut(pooled, 2)).toEqual({ magnitude: magnitudeOf(3), ties: 2 });
      backend.disposePooled!(pooled);
      release(...items);
      expect(live()).toBe(before);
    });

    it('leaves nothing behind when a buffer is gone', async () => {
      const items = [itemOf(new Float32Array(64), [8, 8]), itemOf(new Float32Array(4), [2, 2])];
      items[1]!.weight.buffer.destroy();
      const before = live();
      const blocks = items.map(
        ({ weight }): Blocks => ({ shape: weight.shape, edges: [2, 2], pooling: 'mean' }),
      );
      await expect(backend.pool!(items, blocks)).rejects.toMatchObject({ code: 'weight-changed' });
      expect(live()).toBe(before);
      release(...items);
    });
  });

  it('has had no error from the device', () => {
    expect(dawn.errors).toEqual([]);
  });
}

/** A magnitude in units of the smallest float32, by the float64's own bits. */
function scaled(magnitude: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, magnitude);
  const value = view.getFloat32(0);
  view.setFloat64(0, value);
  const raw = view.getBigUint64(0);
  const shift = Number(raw >> 52n) - 1075 + 149;
  if (value === 0) return 0n;
  const mantissa = (raw & 0xfffffffffffffn) | 0x10000000000000n;
  return shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
}
