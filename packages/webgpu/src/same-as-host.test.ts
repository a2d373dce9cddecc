import { createPruner, randomScore, type ScoreOption, tensorScore } from '@synaprune/core';
import { type HostWeight, hostBackend } from '@synaprune/host';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { type WebgpuWeight, webgpuBackend } from './index.js';
import { createStorage, readFloats } from './testing/harness.js';
import { useDawn } from './testing/use-dawn.js';
import { createRandom, DISTRIBUTIONS, fill } from './testing/values.js';

/*
 * The same weights under the same pruner, here and on the host: masks, weights and reports must agree to the bit.
 */

const dawn = await useDawn();

if ('missing' in dawn) {
  it.skip(`masks equal to the host's (${dawn.missing})`, () => {});
} else {
  const device = await dawn.device(dawn.subgroups ? { requiredFeatures: ['subgroups'] } : {});
  afterAll(() => dawn.close());

  /** Prunes copies of the values on both, in three updates, and compares all there is. */
  const compare = async (
    values: readonly Float32Array[],
    { most = {}, score = 'magnitude', targets = [0.3, 0.5, 0.9], apart = false }: Options = {},
  ): Promise<void> => {
    const backend = webgpuBackend({ device, most });
    const here = apart ? placeApart(values) : place(values);
    const there = values.map((own) => own.slice());
    const scores = score === 'tensor' ? values.map((own) => own.slice().reverse()) : [];
    const placedScores = place(scores);
    const options = { schedule: (position: number) => targets[position]! };
    const ours = createPruner({
      ...options,
      backend,
      weights: named(here.weights),
      score: scoreOf<WebgpuWeight>(score, placedScores.weights),
    });
    const theirs = createPruner({
      ...options,
      backend: hostBackend(),
      weights: named<HostWeight>(there),
      score: scoreOf<HostWeight>(score, scores),
    });
    for (const position of targets.keys()) {
      expect(await ours.update(position)).toEqual(await theirs.update(position));
    }
    expect(await ours.save()).toEqual(await theirs.save());
    for (const [i, { buffer, byteOffset = 0, shape }] of here.weights.entries()) {
      const got = await readFloats(device, buffer, byteOffset, shape);
      expect(firstDifference(got, there[i]!)).toBe(-1);
    }
    ours.dispose();
    theirs.dispose();
    for (const { buffer } of [...here.weights, ...placedScores.weights]) buffer.destroy();
  };

  /** All weights in one buffer, one behind the other, so that bindings overlap as they are aligned. */
  const place = (values: readonly Float32Array[]) => {
    const bytes = values.reduce((sum, own) => sum + own.byteLength, 0);
    const buffer = createStorage(device, bytes);
    let byteOffset = 0;
    const weights = values.map((own): WebgpuWeight => {
      device.queue.writeBuffer(buffer, byteOffset, own.slice());
      byteOffset += own.byteLength;
      return { buffer, byteOffset: byteOffset - own.byteLength, shape: [own.length] };
    });
    return { weights };
  };

  /** Every weight in a buffer of its own, so that a dispatch serves many. */
  const placeApart = (values: readonly Float32Array[]) => ({
    weights: values.flatMap((own) => place([own]).weights),
  });

  describe('masks, weights and counts equal to the host, bit for bit', () => {
    describe.each(Object.entries(DISTRIBUTIONS))('%s', (_name, draw) => {
      it.each([
        ['one weight of one element', [1]],
        ['sizes around words and tiles', [1, 31, 32, 33, 8191, 8192, 8193]],
        ['enough for a sample, in unequal weights', [70_001, 5, 130_000, 8192]],
      ])('%s', async (_sizes, sizes) => {
        await compare(sizes.map((size, i) => fill(size, draw, 17 + i)));
      });
    });

    it.each([
      [1, false],
      [7, false],
      [7, true],
      [300, false],
      [300, true],
    ])('%i weights of random sizes and distributions, apart: %s', async (count, apart) => {
      const random = createRandom(count);
      const draws = Object.values(DISTRIBUTIONS);
      const values = Array.from({ length: count }, (_, i) =>
        fill(1 + (random() % 3000), draws[random() % draws.length]!, i),
      );
      await compare(values, { apart });
    });

    it.each(['random', 'tensor'] as const)('score %s', async (score) => {
      const values = [50_000, 33, 40_000].map((size, i) => fill(size, DISTRIBUTIONS['any bits at all']!, i));
      await compare(values, { score });
    });

    it.each([
      ['small ones at odd places', (i: number) => i % 2],
      ...(inject('whole')
        ? [['small ones in one half', (i: number) => Number(i < 2 ** 24 + 1000)] as const]
        : []),
    ] as const)('30 million elements, %s', async (_name, isSmall) => {
      const values = new Float32Array(30_000_000);
      for (let i = 0; i < values.length; i += 1) values[i] = isSmall(i) ? i * 1e-12 : 1 + i * 1e-7;
      await compare([values], { targets: [0.25] });
    });

    it('weights larger than a binding, two in a dispatch', async () => {
      const values = [100_000, 70_000, 3].map((size, i) =>
        fill(size, DISTRIBUTIONS['few distinct values']!, i),
      );
      await compare(values, { most: { bindingBytes: 2 ** 16, weightsPerDispatch: 2 } });
    });

    it.each(inject('whole') ? ['bell-shaped', 'few distinct values'] : [])(
      '20 million elements, %s',
      async (name) => {
        const sizes = [12_000_000, 1_000_003, 6_999_990, 7];
        await compare(
          sizes.map((size, i) => fill(size, DISTRIBUTIONS[name]!, i)),
          { targets: [0.5, 0.8] },
        );
      },
    );
  });

  it('has had no error from the device', () => {
    expect(dawn.errors).toEqual([]);
  });
}

interface Options {
  readonly most?: { readonly weightsPerDispatch?: number; readonly bindingBytes?: number };
  readonly score?: 'magnitude' | 'random' | 'tensor';
  readonly targets?: readonly number[];
  /** Weights in buffers of their own, rather than side by side in one. */
  readonly apart?: boolean;
}

function named<Weight>(weights: readonly Weight[]): { name: string; weight: Weight }[] {
  return weights.map((weight, i) => ({ name: `weight-${i}`, weight }));
}

function scoreOf<Weight>(
  score: NonNullable<Options['score']>,
  tensors: readonly Weight[],
): ScoreOption<Weight> {
  if (score === 'random') return randomScore({ seed: 5 });
  if (score === 'tensor') return tensorScore(({ name }) => tensors[Number(name.split('-')[1])]!);
  return { kind: 'magnitude' };
}

/** The first element whose bits differ; −1 when none do. */
function firstDifference(a: Float32Array, b: Float32Array): number {
  const [ours, theirs] = [a, b].map(
    (values) => new Uint32Array(values.buffer, values.byteOffset, values.length),
  );
  return ours!.findIndex((bits, i) => bits !== theirs![i]);
}
