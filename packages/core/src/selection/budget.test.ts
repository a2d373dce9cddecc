import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { synapticRamp } from '../schedule/index.js';
import { elementBudget, publishedBudget } from './budget.js';

describe('elementBudget', () => {
  it.each([
    [0.29, 100, 29],
    [0.57, 100, 57],
    [0.58, 100, 58],
    [0.58, 50, 29],
    [1 - 0.9, 10, 1],
    [1 - 0.9, 1000, 100],
    [0.1 + 0.2, 10, 3],
    [0.5, 7, 3],
    [0, 10, 0],
    [1, 10, 10],
    [0.999, 1, 0],
    [0.5, 0, 0],
  ])('%s of %s is %s', (sparsity, total, expected) => {
    expect(elementBudget(sparsity, total)).toBe(expected);
  });

  it('drops what the published schedule asks of 1232 elements', () => {
    const schedule = synapticRamp({ from: 0.3, to: 0.7, start: 2, end: 20 });
    const budgets = Array.from({ length: 18 }, (_, i) => elementBudget(schedule(i + 2), 1232));
    expect(budgets).toEqual([
      369, 369, 370, 371, 375, 380, 387, 398, 412, 431, 454, 482, 515, 555, 601, 654, 715, 784,
    ]);
  });

  it('is exact for every per cent and per mille, however it was computed', () => {
    for (const total of [10, 50, 100, 1000, 4096, 999_983, 123_456_789]) {
      for (let mille = 0; mille <= 1000; mille += 1) {
        // Integers all the way: an oracle without rounding.
        const expected = Number((BigInt(mille) * BigInt(total)) / 1000n);
        expect(elementBudget(mille / 1000, total)).toBe(expected);
      }
    }
  });

  it('finds k again in k / total', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (total, part) => {
          const count = Math.floor(part * total);
          expect(elementBudget(count / total, total)).toBe(count);
        },
      ),
    );
  });

  it.each([-0.1, 1.0001, Number.NaN])('refuses the sparsity %s', (sparsity) => {
    expect(() => elementBudget(sparsity, 10)).toThrow(RangeError);
  });

  it.each([-1, 1.5, 2 ** 60])('refuses the total %s', (total) => {
    expect(() => elementBudget(0.5, total)).toThrow(RangeError);
  });
});

describe('publishedBudget', () => {
  it.each([
    [0.29, 100, 28],
    [0.57, 100, 56],
    [0.58, 100, 57],
    [0.58, 50, 28],
    [1.2, 10, 12],
  ])('truncates %s of %s to %s', (sparsity, total, expected) => {
    expect(publishedBudget(sparsity, total)).toBe(expected);
  });
});
