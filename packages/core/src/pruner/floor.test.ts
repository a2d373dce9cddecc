import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayWeight } from '../testing/array-backend.js';
import { prune, values } from '../testing/prune.js';

describe('floor', () => {
  it('leaves each weight its part and takes the rest elsewhere', async () => {
    const [a, b] = [arrayWeight(1, 2, 3, 4), arrayWeight(10, 20, 30, 40, 50, 60)];
    const pruner = prune([a, b], { floor: 0.5 });
    await pruner.update(0.4);
    expect([values(a), values(b)]).toEqual([
      [0, 0, 3, 4],
      [0, 0, 30, 40, 50, 60],
    ]);
  });

  it('stays exact and above the floor for any weights', async () => {
    const weight = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 12 });
    const setup = fc.record({
      lists: fc.array(weight, { minLength: 1, maxLength: 5 }),
      floor: fc.constantFrom(0, 0.1, 0.25, 0.5),
      targets: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(setup, async ({ lists, floor, targets }) => {
        const weights = lists.map((list) => arrayWeight(...list));
        const pruner = prune(weights, { floor });
        const elements = lists.flat().length;
        const floors = lists.map((list) => Math.ceil(floor * list.length));
        const most = elements - floors.reduce((sum, count) => sum + count, 0);
        let dropped = 0;
        for (const twentieths of targets) {
          const budget = Math.floor((twentieths * elements) / 20);
          if (budget > most) {
            await expect(pruner.update(twentieths / 20)).rejects.toMatchObject({ code: 'floor-conflict' });
          } else {
            await pruner.update(twentieths / 20);
            dropped = Math.max(dropped, budget);
          }
        }
        const report = await pruner.report();
        expect(report.total.dropped).toBe(dropped);
        for (const [i, { kept }] of report.weights.entries()) expect(kept).toBeGreaterThanOrEqual(floors[i]!);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps one element at least, however small it is', async () => {
    const weight = arrayWeight(1, 2);
    const pruner = prune([weight], { floor: 1e-15 });
    await expect(pruner.update(1)).rejects.toMatchObject({ code: 'floor-conflict' });
    expect(values(weight)).toEqual([1, 2]);
  });

  it('in elements leaves each weight so many, or all where it has fewer', async () => {
    const [a, b, c] = [arrayWeight(1), arrayWeight(2, 3, 4, 5), arrayWeight(6, 7, 8)];
    const pruner = prune([a, b, c], { floor: { elements: 2 } });
    await pruner.update(3 / 8);
    expect([a, b, c].map(values)).toEqual([[1], [0, 0, 4, 5], [0, 7, 8]]);
    await expect(pruner.update(0.5)).rejects.toMatchObject({ code: 'floor-conflict' });
    expect([a, b, c].map(values)).toEqual([[1], [0, 0, 4, 5], [0, 7, 8]]);
  });

  it('is the larger of its fraction and its elements, for each weight', async () => {
    const [a, b] = [arrayWeight(1, 2), arrayWeight(3, 4, 5, 6, 7, 8, 9, 10)];
    await prune([a, b], { floor: { fraction: 0.5, elements: 2 } }).update(0.4);
    expect([a, b].map(values)).toEqual([
      [1, 2],
      [0, 0, 0, 0, 7, 8, 9, 10],
    ]);
  });

  it('of nothing leaves nothing: sparsity 1 empties everything', async () => {
    const weight = arrayWeight(1, 2, 3);
    await prune([weight], { floor: { fraction: 0, elements: 0 } }).update(1);
    expect(values(weight)).toEqual([0, 0, 0]);
  });

  it.each([{ elements: -1 }, { elements: 1.5 }, { fraction: 1 }, { fraction: -0.1 }])(
    'refuses %o',
    (floor) => {
      expect(() => prune([arrayWeight(1)], { floor })).toThrow(RangeError);
    },
  );

  it.each([1, -0.1, 1.1, Number.NaN])('refuses %s', (floor) => {
    expect(() => prune([arrayWeight(1)], { floor })).toThrow(RangeError);
  });
});
