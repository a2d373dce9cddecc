import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAxes, openDim, reshape, showDim } from '../index.js';
import { freeUnits, placeIn, removedElements } from '../testing/removal.js';

const birth = (label: string) => ({ label, kind: 'channels' as const });

/** Sizes with the same product: the primes of a number, in one order, grouped twice. */
const shapes = fc
  .tuple(
    fc.array(fc.constantFrom(1, 2, 2, 3, 4), { minLength: 1, maxLength: 6 }),
    fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    fc.boolean(),
  )
  .map(([factors, first, second, swap]) => {
    const group = (list: readonly number[], joins: readonly boolean[]) => {
      const sizes: number[] = [];
      for (const [i, factor] of list.entries()) {
        if (i > 0 && joins[i]) sizes[sizes.length - 1]! *= factor;
        else sizes.push(factor);
      }
      return sizes;
    };
    // Other factors in another order: shapes that do not nest.
    const others = swap ? [...factors].reverse() : factors;
    return [group(factors, first), group(others, second)] as const;
  });

describe('reshape', () => {
  it('removes the same elements before and after, whichever units go', () => {
    fc.assert(
      fc.property(shapes, fc.infiniteStream(fc.boolean()), ([before, after], coins) => {
        const axes = createAxes();
        const value = {
          axes: before.map((size, i) => axes.born(size, birth(`a[${i}]`))),
          zero: before.map(() => true),
          parameter: false,
        };
        const result = reshape(placeIn(axes), value, after);
        expect(result.axes.map(({ dim }) => dim)).toEqual(after);
        const gone = new Set(freeUnits(axes).filter(() => coins.next().value));
        expect(removedElements(axes, result, gone)).toEqual(removedElements(axes, value, gone));
      }),
      { numRuns: 2000 },
    );
  });

  it('goes there and back without holding anything', () => {
    fc.assert(
      fc.property(shapes, ([before, after]) => {
        const axes = createAxes();
        const value = {
          axes: before.map((size, i) => axes.born(size, birth(`a[${i}]`))),
          zero: before.map(() => true),
          parameter: false,
        };
        const there = reshape(placeIn(axes), value, after);
        const back = reshape(placeIn(axes), there, before);
        // Where axes nest at all, each index that could go before still can.
        const held = there.axes.some((axis) => axes.whyHeld(axis)?.includes('becomes') === true);
        if (held) return;
        for (const [i, axis] of value.axes.entries()) {
          if (axis.dim === 1) continue;
          axes.unite(axis, back.axes[i]!, 'round');
          expect(axes.mayLose(axis)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('follows channels through open sizes', () => {
    const axes = createAxes();
    const [batch, time] = [openDim('batch'), openDim('time')];
    const channels = axes.born(4, birth('w[0]'));
    const value = {
      axes: [axes.held(batch, 'fed'), axes.held(time, 'fed'), channels],
      zero: [false, false, true],
      parameter: false,
    };
    const rows = reshape(placeIn(axes), value, [{ times: 1, names: ['batch', 'time'] }, 4]);
    expect(rows.axes[1]).toBe(channels);
    expect(rows.axes.map(({ dim }) => showDim(dim))).toEqual(['batch·time', '4']);
    const back = reshape(placeIn(axes), rows, [batch, time, 4]);
    expect(back.axes[2]).toBe(channels);
  });

  it('holds what it cannot follow, and says what became what', () => {
    const axes = createAxes();
    const channels = axes.born(6, birth('w[0]'));
    const value = { axes: [channels, axes.held(2, 'fed')], zero: [true, false], parameter: false };
    reshape(placeIn(axes), value, [4, 3]);
    expect(axes.mayLose(channels)).toBe(false);
    expect(axes.units.whyHeld(axes.termsOf(channels)![0]!)).toBe('node "n" (Test), axis 0: 6×2 becomes 4×3');
  });

  it('gives heads and what lies within them units of their own', () => {
    const axes = createAxes();
    const value = { axes: [axes.born(6, birth('w[1]'))], zero: [true], parameter: false };
    const split = reshape(placeIn(axes), value, [3, 2]);
    const [heads, within] = split.axes.map((axis) => axes.termsOf(axis)!);
    axes.units.hold(within![0]!, 'kept');
    axes.units.hold(within![1]!, 'kept');
    const gone = new Set(axes.units.unitsOf(heads![1]!));
    expect(removedElements(axes, value, gone)).toEqual([false, false, true, true, false, false]);
  });
});
