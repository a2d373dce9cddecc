import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AxedValue,
  type Axes,
  concat,
  convolve,
  createAxes,
  elementwise,
  matMul,
  normaliseOver,
  pick,
  reduce,
  SizesDiffer,
} from '../index.js';
import { freeUnits, placeIn, removedAlong, removedElements } from '../testing/removal.js';

const birth = (label: string) => ({ label, kind: 'channels' as const });
const made = (axes: Axes, sizes: readonly number[], parameter = false): AxedValue => ({
  axes: sizes.map((size, i) =>
    parameter ? axes.free(size, birth(`p[${i}]`)) : axes.born(size, birth(`v[${i}]`)),
  ),
  zero: sizes.map(() => true),
  parameter,
});
const coins = fc.infiniteStream(fc.boolean());
const someOf = (axes: Axes, flips: { next(): { value?: boolean } }) =>
  new Set(freeUnits(axes).filter(() => flips.next().value));

describe('elementwise', () => {
  it('removes the same indices of both', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 1, maxLength: 3 }),
        coins,
        (sizes, flips) => {
          const axes = createAxes();
          const [a, b] = [made(axes, sizes), made(axes, sizes)];
          const sum = elementwise(placeIn(axes), [a, b], 'all');
          const gone = someOf(axes, flips);
          expect(removedElements(axes, a, gone)).toEqual(removedElements(axes, b, gone));
          expect(removedElements(axes, sum, gone)).toEqual(removedElements(axes, a, gone));
        },
      ),
    );
  });

  it('lets an axis of one index go with any', () => {
    const axes = createAxes();
    const [a, b] = [made(axes, [4, 3]), made(axes, [4, 1])];
    const product = elementwise(placeIn(axes), [a, b], 'any');
    expect(product.axes).toEqual([a.axes[0], a.axes[1]]);
    expect(axes.mayLose(a.axes[1]!)).toBe(true);
  });

  it('is 0 for a unit when it says so', () => {
    const axes = createAxes();
    const [a, b] = [made(axes, [4]), { ...made(axes, [4]), zero: [false] }];
    const zeros = (['all', 'any', 'first', 'never'] as const).map(
      (when) => elementwise(placeIn(axes), [a, b], when).zero[0],
    );
    expect(zeros).toEqual([false, true, true, false]);
  });

  it('refuses sizes that do not line up', () => {
    const axes = createAxes();
    expect(() => elementwise(placeIn(axes), [made(axes, [3]), made(axes, [4])], 'all')).toThrow(SizesDiffer);
  });
});

describe('concat', () => {
  it('of a value with itself removes each channel twice', () => {
    const axes = createAxes();
    const x = made(axes, [3]);
    const twice = concat(placeIn(axes), [x, x], 0);
    const second = axes.units.unitsOf(axes.termsOf(x.axes[0]!)![1]!);
    expect(removedAlong(axes, twice.axes[0]!, new Set(second))).toEqual([
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  it('does not make one group of what it joins', () => {
    const axes = createAxes();
    const [a, b] = [made(axes, [3]), made(axes, [2])];
    const weight = made(axes, [5, 4], true);
    matMul(placeIn(axes), concat(placeIn(axes), [a, b], 0), weight);
    expect(
      axes.units
        .survey()
        .groups.map(({ units }) => units.length)
        .sort(),
    ).toEqual([2, 3]);
  });
});

describe('pick', () => {
  it('takes the units of what it picks', () => {
    const axes = createAxes();
    const x = made(axes, [4]);
    const taken = pick(placeIn(axes), x, 0, [2, 2, 0]);
    const gone = new Set(axes.units.unitsOf(axes.termsOf(x.axes[0]!)![2]!));
    expect(removedAlong(axes, taken.axes[0]!, gone)).toEqual([true, true, false]);
  });
});

describe('matMul', () => {
  it('makes one of the axes that it adds up over', () => {
    const axes = createAxes();
    const [a, b] = [made(axes, [2, 3]), made(axes, [3, 4], true)];
    const product = matMul(placeIn(axes), a, b);
    expect(product.axes).toEqual([a.axes[0], b.axes[1]]);
    expect(axes.resolve(b.axes[0]!)).toBe(a.axes[1]);
    expect([...b.axes[0]!.sides, ...b.axes[1]!.sides]).toEqual(['reads', 'makes']);
  });

  it('holds what it adds up over where neither side is 0 without weights', () => {
    const axes = createAxes();
    const never = (value: AxedValue) => ({ ...value, zero: value.zero.map(() => false) });
    const [a, b] = [never(made(axes, [2, 3])), never(made(axes, [3, 4]))];
    matMul(placeIn(axes), a, b);
    expect(axes.mayLose(a.axes[1]!)).toBe(false);
    expect(axes.mayLose(a.axes[0]!)).toBe(true);
  });
});

describe('convolve', () => {
  const groupsOf = (axes: Axes) =>
    axes.units
      .survey()
      .groups.map(({ units }) => units.length)
      .filter((count) => count > 1)
      .sort();

  it('in groups removes whole groups, or the same place of every group', () => {
    const axes = createAxes();
    const x = made(axes, [1, 6, 5]);
    const weight = made(axes, [9, 2, 3], true);
    const { output, groups } = convolve(
      placeIn(axes),
      x,
      1,
      { weight, inputs: 1, outputs: 0, groups: 3 },
      [0, 0, 5],
    );
    // 3 groups, 2 inputs and 3 outputs of each.
    expect(groupsOf(axes)).toEqual([2, 3, 3]);
    const gone = new Set(axes.units.unitsOf(axes.termsOf(groups!)![1]!));
    const removed = (axis: AxedValue['axes'][number]) =>
      removedAlong(axes, axis, gone).flatMap((each, i) => (each ? [i] : []));
    expect([removed(x.axes[1]!), removed(output.axes[1]!), removed(weight.axes[0]!)]).toEqual([
      [2, 3],
      [3, 4, 5],
      [3, 4, 5],
    ]);
  });

  it('by channel makes one of what goes in and out', () => {
    const axes = createAxes();
    const x = made(axes, [1, 4, 5]);
    const weight = made(axes, [4, 1, 3], true);
    const { output } = convolve(placeIn(axes), x, 1, { weight, inputs: 1, outputs: 0, groups: 4 }, [0, 0, 5]);
    const gone = new Set(axes.units.unitsOf(axes.termsOf(x.axes[1]!)![2]!));
    expect(removedAlong(axes, output.axes[1]!, gone)).toEqual([false, false, true, false]);
    expect(removedAlong(axes, weight.axes[0]!, gone)).toEqual([false, false, true, false]);
  });
});

describe('reductions and normalisation', () => {
  it('hold what zeros would change, and by name let normalised axes go', () => {
    const held = (act: (axes: Axes, x: AxedValue) => unknown) => {
      const axes = createAxes();
      const x = made(axes, [3]);
      act(axes, x);
      return !axes.mayLose(x.axes[0]!);
    };
    const along = (kind: 'sum' | 'mean' | 'other', across = false) =>
      held((axes, x) => reduce(placeIn(axes, across), x, [0], { kind, keep: false }));
    expect([along('sum'), along('mean'), along('other'), along('mean', true), along('other', true)]).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
    expect(held((axes, x) => normaliseOver(placeIn(axes), x, [0]))).toBe(true);
    expect(held((axes, x) => normaliseOver(placeIn(axes, true), x, [0]))).toBe(false);
  });
});
