import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayWeight, createArrayBackend } from '../../testing/array-backend.js';
import { prune, values } from '../../testing/prune.js';
import type { RescalingFunction } from './rescaling.js';

/** LAMP by its definition, in whole numbers: a square, and all squares of its weight that rank no lower. */
interface Ranked {
  readonly weight: number;
  readonly rank: number;
  readonly index: number;
  readonly square: bigint;
  readonly upward: bigint;
}

/** Indices that go, of each weight: the lowest scores of all, each weight giving no more than it can spare. */
function lowest(lists: readonly (readonly number[])[], count: number, floor: number): number[][] {
  const ranked = lists.flatMap((list, weight): Ranked[] => {
    const order = [...list.keys()].sort((a, b) => Math.abs(list[a]!) - Math.abs(list[b]!) || a - b);
    return order.slice(0, Math.max(0, list.length - floor)).map((index, rank) => {
      const upward = order.slice(rank).reduce((sum, other) => sum + BigInt(list[other]!) ** 2n, 0n);
      return { weight, rank, index, square: BigInt(list[index]!) ** 2n, upward };
    });
  });
  ranked.sort((a, b) => {
    // a/b against c/d without dividing; of nothing but zeros the score is zero.
    const difference = a.square * (b.upward || 1n) - b.square * (a.upward || 1n);
    return difference === 0n ? a.weight - b.weight || a.rank - b.rank : difference < 0n ? -1 : 1;
  });
  const gone = ranked.slice(0, count);
  return lists.map((_, weight) => gone.filter((one) => one.weight === weight).map(({ index }) => index));
}

describe("distribution 'lamp'", () => {
  it('ranks all together by the part of what is left of their weight', async () => {
    // Squares of a: 1, 4, 9, so 1/14, 4/13, 1. Of b, in hundreds: 1/30, 4/29, 9/25, 1.
    const [a, b] = [arrayWeight(1, 2, 3), arrayWeight(40, 10, 30, 20)];
    await prune([a, b], { distribution: 'lamp' }).update(4 / 7);
    expect([values(a), values(b)]).toEqual([
      [0, 0, 3],
      [40, 0, 30, 0],
    ]);
  });

  it('drops what its definition says, exactly as many, above the floor, once and again', async () => {
    const list = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 9 });
    const setup = fc.record({
      lists: fc.array(list, { minLength: 1, maxLength: 5 }),
      floor: fc.constantFrom(0, 1, 2),
      sparsities: fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })),
    });
    await fc.assert(
      fc.asyncProperty(setup, async ({ lists, floor, sparsities }) => {
        const total = lists.flat().length;
        const most = lists.reduce((sum, { length }) => sum + Math.max(0, length - floor), 0);
        const weights = lists.map((own) => arrayWeight(...own));
        const pruner = prune(weights, { distribution: 'lamp', floor: { elements: floor } });
        for (const twentieths of [...sparsities].sort((a, b) => a - b)) {
          const budget = Math.floor((twentieths * total) / 20);
          if (budget > most) {
            await expect(pruner.update(twentieths / 20)).rejects.toMatchObject({ code: 'floor-conflict' });
            return;
          }
          await pruner.update(twentieths / 20);
          // Dropped elements are zeros, which rank lowest and add nothing: what goes of all is what went at once.
          const gone = lowest(lists, budget, floor);
          const masks = await pruner.masks();
          for (const [i, { bits }] of masks.entries()) {
            const dropped = [...lists[i]!.keys()].filter((at) => ((bits[at >> 3]! >> (at % 8)) & 1) === 0);
            expect(dropped).toEqual([...gone[i]!].sort((a, b) => a - b));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('goes by the score that ranks, and blocks by theirs', async () => {
    const a = arrayWeight(1, 2, 3, 4);
    const scores = new Map([[a, arrayWeight(9, 1, 8, 2)]]);
    const score = { kind: 'tensor', of: ({ weight }: { weight: typeof a }) => scores.get(weight)! } as const;
    await prune([a], { distribution: 'lamp', score }).update(0.5);
    expect(values(a)).toEqual([1, 0, 3, 0]);
    const [b, c] = [arrayWeight(1, 1, 5, 5), arrayWeight(10, 10, 20, 20)];
    await prune([b, c], { distribution: 'lamp', pattern: { kind: 'block', shape: [2] } }).update(0.25);
    expect([values(b), values(c)]).toEqual([
      [0, 0, 5, 5],
      [10, 10, 20, 20],
    ]);
  });

  it('leaves of n:m what has to stay', async () => {
    const [a, b] = [arrayWeight(1, 2, 3, 4), arrayWeight(10, 20, 30, 40)];
    const pattern = { kind: 'n:m', keep: 1, of: 2, axis: 0 } as const;
    const pruner = prune([a, b], { distribution: 'lamp', pattern });
    await pruner.update(0.25);
    expect([values(a), values(b)]).toEqual([
      [0, 2, 3, 4],
      [0, 20, 30, 40],
    ]);
    await pruner.update(0.5);
    expect([values(a), values(b)]).toEqual([
      [0, 2, 0, 4],
      [0, 20, 0, 40],
    ]);
  });

  it('has what is not finite rank above all, and add nothing', async () => {
    const [a, b] = [arrayWeight(Number.NaN, 1, 2, Number.POSITIVE_INFINITY), arrayWeight(0, 0)];
    await prune([a, b], { distribution: 'lamp' }).update(4 / 6);
    expect([values(a), values(b)]).toEqual([
      [Number.NaN, 0, 0, Number.POSITIVE_INFINITY],
      [0, 0],
    ]);
  });

  it('regrows beside it, with as many kept as ever', async () => {
    const [a, b] = [arrayWeight(1, 2, 3, 4), arrayWeight(10, 20, 30, 40)];
    const regrow = { by: { kind: 'random', seed: 1 }, fraction: 0.5 } as const;
    const pruner = prune([a, b], { distribution: 'lamp', regrow });
    for (const _ of [1, 2, 3]) expect(await pruner.update(0.5)).toMatchObject({ sparsity: 0.5, regrown: 2 });
  });

  it('is refused where weights cannot be read, and nothing changes', async () => {
    const { read: _, ...backend } = createArrayBackend();
    const a = arrayWeight(1, 2, 3, 4);
    const pruner = prune([a], { backend, distribution: 'lamp' });
    await expect(pruner.update(0.5)).rejects.toMatchObject({
      code: 'unsupported',
      message: 'the distribution lamp needs the verb read of a backend; array has no read',
    });
    expect(values(a)).toEqual([1, 2, 3, 4]);
  });

  it('is named in a state', async () => {
    expect((await prune([arrayWeight(1)], { distribution: 'lamp' }).save()).distribution).toBe('lamp');
  });
});

describe('a function that rescales', () => {
  const by = (rescale: (scores: Float64Array) => unknown, kind?: string): RescalingFunction =>
    Object.assign(rescale, { rescales: true, ...(kind === undefined ? {} : { kind }) }) as RescalingFunction;

  it('sees what is kept, ascending, and decides which weight loses more', async () => {
    const seen: number[][] = [];
    const [a, b] = [arrayWeight(3, -1, 2), arrayWeight(5)];
    const distribution = by((scores) => {
      seen.push([...scores]);
      return scores.map((score) => (score === 5 ? 0 : score));
    }, 'own');
    const pruner = prune([a, b], { distribution });
    await pruner.update(0.25);
    expect([values(a), values(b)]).toEqual([[3, -1, 2], [0]]);
    await pruner.update(0.5);
    expect(seen).toEqual([[1, 2, 3], [5], [1, 2, 3]]);
    expect((await pruner.save()).distribution).toBe('own');
  });

  it.each([
    ['too few', (scores: Float64Array) => scores.subarray(1)],
    ['a plain list', (scores: Float64Array) => [...scores]],
    ['what does not ascend', (scores: Float64Array) => scores.map((score) => -score)],
    ['no numbers', (scores: Float64Array) => scores.fill(Number.NaN)],
  ])('and gives %s is refused, and nothing changes', async (_name, rescale) => {
    const a = arrayWeight(1, 2, 3, 4);
    const pruner = prune([a], { distribution: by(rescale) });
    await expect(pruner.update(0.5)).rejects.toMatchObject({ code: 'invalid-sparsity' });
    expect(values(a)).toEqual([1, 2, 3, 4]);
  });
});
