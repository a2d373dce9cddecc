import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayWeight } from '../../testing/array-backend.js';
import { prune, values } from '../../testing/prune.js';
import { erk } from './erk.js';

const weights = (...shapes: number[][]) =>
  shapes.map((shape, i) => ({ name: `${i}`, shape, elements: shape.reduce((a, b) => a * b, 1) }));

describe('erk', () => {
  it('keeps of each as the sum of its edges by their product', () => {
    // Densities go as 20/100 and 110/1000; half of 1100 is 550 = f · (20 + 110): f = 4.23, 84.6 % and 46.5 %.
    const [small, large] = erk(weights([10, 10], [10, 100]), 0.5);
    expect(small).toBeCloseTo(1 - (550 / 130) * 0.2, 12);
    expect(large).toBeCloseTo(1 - (550 / 130) * 0.11, 12);
  });

  it('leaves dense what would keep more than it has, and takes it from the others', () => {
    expect(erk(weights([2, 2], [10, 100]), 0.5)).toEqual([0, expect.closeTo(502 / 1000, 12)]);
  });

  it('drops nothing for 0 and all for 1', () => {
    expect(erk(weights([3, 4], [5]), 0)).toEqual([0, 0]);
    expect(erk(weights([3, 4], [5]), 1)).toEqual([1, 1]);
  });

  it('drops of all together what was asked for', () => {
    const shapes = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(shapes, fc.double({ min: 0, max: 1, noNaN: true }), (given, sparsity) => {
        const all = weights(...given);
        const total = all.reduce((sum, { elements }) => sum + elements, 0);
        const dropped = erk(all, sparsity).reduce((sum, own, i) => sum + own * all[i]!.elements, 0);
        expect(dropped / total).toBeCloseTo(sparsity, 9);
      }),
    );
  });

  it('takes a scalar for a vector of one', () => {
    expect(erk(weights([], [1], [4]), 0.5)).toEqual(erk(weights([1], [1], [4]), 0.5));
    expect(erk(weights([]), 0.5)).toEqual([0.5]);
  });

  it('by its name is the function', async () => {
    const lists = [
      [1, 2],
      [10, 20, 30, 40, 50, 60],
    ];
    const named = lists.map((list) => ({ ...arrayWeight(...list), shape: [1, list.length] }));
    const called = lists.map((list) => ({ ...arrayWeight(...list), shape: [1, list.length] }));
    const pruner = prune(named, { distribution: 'erk' });
    // Densities go as 3/2 and 7/6: half of 8 is 4 = f · (3 + 7), so 0.4 · 3/2 = 0.6 of two stay, and 0.47 of six.
    expect(await pruner.update(0.5)).toMatchObject({ dropped: 3 });
    await prune(called, { distribution: erk }).update(0.5);
    expect(named.map(values)).toEqual([
      [1, 2],
      [0, 0, 0, 40, 50, 60],
    ]);
    expect(called.map(values)).toEqual(named.map(values));
    expect((await pruner.save()).distribution).toBe('erk');
  });

  it('has no shares to give where there is no weight', () => {
    expect(erk([], 0.5)).toEqual([]);
  });
});
