import { elementBudget } from '@synaprune/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SensitivityCurve } from './curves.js';
import { keepBySensitivity, sensitivityDistribution } from './distribute.js';

const curve = (name: string, elements: number, ...pairs: readonly [number, number][]): SensitivityCurve => ({
  name,
  elements,
  levels: pairs.map(([sparsity, agreement]) => ({ sparsity, agreement })),
});
const weightsOf = (curves: readonly SensitivityCurve[]) =>
  curves.map(({ name, elements }) => ({ name, shape: [elements], elements }));
const share = (curves: readonly SensitivityCurve[], sparsity: number, evenness?: number) =>
  sensitivityDistribution(curves, { evenness })(weightsOf(curves), sparsity);

const anyCurves = fc
  .array(
    fc.record({
      elements: fc.integer({ min: 1, max: 5000 }),
      levels: fc.uniqueArray(
        fc.record({
          sparsity: fc.double({ min: 0, max: 1, noNaN: true }),
          agreement: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        { selector: ({ sparsity }) => sparsity, maxLength: 6 },
      ),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((list) => list.map((each, i) => ({ name: `w${i}`, ...each })));
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

describe('sensitivityDistribution', () => {
  it('meets the budget to the element, whatever the curves', () => {
    fc.assert(
      fc.property(anyCurves, fraction, (curves, sparsity) => {
        const sparsities = share(curves, sparsity);
        const dropped = sparsities.map((one, i) => elementBudget(one, curves[i]!.elements));
        const total = curves.reduce((sum, { elements }) => sum + elements, 0);
        expect(dropped.reduce((sum, one) => sum + one, 0)).toBe(elementBudget(sparsity, total));
      }),
    );
  });

  it('takes nothing back when the target rises', () => {
    fc.assert(
      fc.property(anyCurves, fraction, fraction, (curves, a, b) => {
        const less = share(curves, Math.min(a, b));
        const more = share(curves, Math.max(a, b));
        less.forEach((one, i) => {
          expect(more[i]).toBeGreaterThanOrEqual(one);
        });
      }),
    );
  });

  it('is uniform where the curves are alike', () => {
    const alike = ['a', 'b', 'c'].map((name) => curve(name, 100, [0.5, 0.9], [0.8, 0.4]));
    expect(share(alike, 0.5)).toEqual([0.5, 0.5, 0.5]);
    const flat = ['a', 'b'].map((name, i) => curve(name, 100 * (i + 1), [0.5, 1], [0.9, 1]));
    expect(share(flat, 0.6)).toEqual([0.6, 0.6]);
  });

  it('loses no more than the best of all shares of the same size', () => {
    // Convex curves, so that what is minimised is what was measured; the oracle tries shares one by one.
    const curves = [
      curve('a', 10, [0.5, 0.9], [1, 0.2]),
      curve('b', 10, [0.5, 0.99], [1, 0.5]),
      curve('c', 20, [0.5, 0.6], [1, 0.1]),
    ];
    const lossAt = ({ levels }: SensitivityCurve, s: number) => {
      const [half, all] = levels.map(({ agreement }) => -Math.log(agreement));
      return s <= 0.5 ? 2 * s * half! : half! + 2 * (s - 0.5) * (all! - half!);
    };
    const cost = (given: readonly number[]) =>
      curves.reduce((sum, one, i) => {
        const s = given[i]! / one.elements;
        return sum + lossAt(one, s) + 0.1 * (one.elements / 40) * s * s;
      }, 0);
    for (const budget of [4, 10, 17, 25, 33]) {
      const given = share(curves, budget / 40, 0.1).map((s, i) => Math.round(s * curves[i]!.elements));
      let best = Number.POSITIVE_INFINITY;
      for (let a = 0; a <= 10; a += 1) {
        for (let b = 0; b <= 10; b += 1) {
          const c = budget - a - b;
          if (c >= 0 && c <= 20) best = Math.min(best, cost([a, b, c]));
        }
      }
      expect(cost(given)).toBeLessThan(best + 0.02);
    }
  });

  it('does not believe that a layer gets better by being pruned more', () => {
    const [first, second] = share([curve('a', 10, [0.4, 0.2], [0.6, 1]), curve('b', 10, [0.6, 0.99])], 0.3);
    expect([first, second]).toEqual([0, 0.6]);
  });

  it('needs a curve for each weight, and curves that are such', () => {
    const distribution = sensitivityDistribution([curve('a', 4, [0.5, 1])]);
    expect(() => distribution([{ name: 'b', shape: [4], elements: 4 }], 0.5)).toThrow(
      expect.objectContaining({ code: 'missing-curve' }),
    );
    expect(() => sensitivityDistribution([curve('a', 4, [0.5, 1], [0.5, 1])])).toThrow(RangeError);
    expect(() => sensitivityDistribution([curve('a', 4, [0.5, Number.NaN])])).toThrow(RangeError);
    expect(() => sensitivityDistribution([curve('a', 4), curve('a', 4)])).toThrow(RangeError);
    expect(() => sensitivityDistribution({} as never)).toThrow(TypeError);
    expect(() => sensitivityDistribution([], { evenes: 1 } as never)).toThrow('did you mean "evenness"');
  });
});

describe('keepBySensitivity', () => {
  it('keeps whole channels, one of each group at least, and as many as asked for', () => {
    fc.assert(
      fc.property(anyCurves, fraction, (curves, keep) => {
        const kept = Object.values(keepBySensitivity(curves, keep)).map(
          (one, i) => one * curves[i]!.elements,
        );
        kept.forEach((one) => {
          expect(Math.abs(one - Math.round(one))).toBeLessThan(1e-9);
          expect(one).toBeGreaterThan(0.5);
        });
        const total = curves.reduce((sum, { elements }) => sum + elements, 0);
        const stays = Math.max(curves.length, total - elementBudget(1 - keep, total));
        expect(Math.round(kept.reduce((sum, one) => sum + one, 0))).toBe(stays);
      }),
    );
  });
});
