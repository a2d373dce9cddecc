import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Axis,
  chooseSizes,
  combineSizes,
  createAxes,
  type Dim,
  dividedBy,
  type KnownSize,
  knownNumber,
  LengthUnknown,
  lengthOfAxis,
  ofNumbers,
  openDim,
  type SizeArithmetic,
  shapeArithmetic,
} from '../index.js';
import { placeIn } from '../testing/removal.js';

const { add, largest, multiply, remainder, smallest, subtract } = shapeArithmetic;
const axisOf = (size: number) => {
  const axes = createAxes();
  const axis = axes.free(size, { label: 'w[0]', kind: 'channels' });
  return { axes, axis, place: placeIn(axes), length: lengthOfAxis(axis, 'axis 0 of "x"') };
};
const becomes = (axis: Axis, length: Dim) => (asked: Axis) => (asked === axis ? length : asked.dim);

describe('arithmetic of sizes', () => {
  it('of open sizes is what holds however long they are', () => {
    const batch = openDim('batch');
    const twelve = multiply(batch, 12)!;
    expect(twelve).toEqual({ times: 12, names: ['batch'] });
    expect(dividedBy(Math.trunc)(twelve, batch)).toBe(12);
    expect([add(batch, 0), add(0, batch), subtract(batch, 0)]).toEqual([batch, batch, batch]);
    for (const of of [add, subtract, largest, smallest, remainder, dividedBy(Math.floor)]) {
      expect(of(batch, 7)).toBeUndefined();
    }
  });

  it('rounds a quotient as it is told', () => {
    expect([7, -7].map((a) => dividedBy(Math.trunc)(a, 2))).toEqual([3, -3]);
    expect([7, -7].map((a) => dividedBy(Math.floor)(a, 2))).toEqual([3, -4]);
    expect(dividedBy(Math.trunc)(-1, 2)).toBe(0);
    expect([7, -7].map((a) => remainder(a, 4))).toEqual([3, 1]);
  });

  it('gives a zero without a sign', () => {
    const all = [add, subtract, multiply, largest, smallest, remainder, dividedBy(Math.trunc)];
    expect(all.map((of) => of(0, -3)).filter((size) => size === 0)).toEqual([0, 0, 0, 0]);
    expect(add(multiply(0, -3)!, 0)).toBe(0);
  });

  it('knows nothing of what is divided by 0, or held by no number exactly', () => {
    expect(dividedBy(Math.trunc)(6, 0)).toBeUndefined();
    expect(remainder(6, 0)).toBeUndefined();
    expect(multiply(2 ** 40, 2 ** 40)).toBeUndefined();
    expect(multiply({ times: 2 ** 40, names: ['n'] }, 2 ** 40)).toBeUndefined();
    expect(add(Number.MAX_SAFE_INTEGER, 1)).toBeUndefined();
  });
});

describe('sizes that are made of others', () => {
  it('are after a cut what the same arithmetic makes of the lengths then', () => {
    const plain: readonly (readonly [SizeArithmetic, (a: number, b: number) => number])[] = [
      [add, (a, b) => a + b],
      [subtract, (a, b) => a - b],
      // Zero has no sign here.
      [multiply, (a, b) => a * b + 0],
      [largest, (a, b) => Math.max(a, b)],
      [smallest, (a, b) => Math.min(a, b)],
    ];
    const step = fc.record({
      operator: fc.nat(plain.length - 1),
      a: fc.nat(20),
      b: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.nat(9), fc.nat(9), (steps, before, after) => {
        const { axis, place, length } = axisOf(before);
        const sizes: KnownSize[] = [length, knownNumber(3)];
        const expected = [[before, after] as const, [3, 3] as const];
        for (const { operator, a, b } of steps) {
          const [of, reckon] = plain[operator]!;
          const [i, j] = [a % sizes.length, b % sizes.length];
          const [made] = combineSizes(place, [sizes[i]!], [sizes[j]!], of);
          if (made === undefined) return;
          sizes.push(made);
          const [x, y] = [expected[i]!, expected[j]!];
          expected.push([reckon(x[0], y[0]), reckon(x[1], y[1])]);
        }
        expect(sizes.map(({ dim }) => dim)).toEqual(expected.map(([each]) => each));
        const lengthOf = becomes(axis, after);
        expect(sizes.map((size) => size.after(lengthOf))).toEqual(expected.map(([, each]) => each));
      }),
    );
  });

  it('are those of one number with each of a list', () => {
    const { place, length, axis } = axisOf(8);
    const made = combineSizes(place, [length], [knownNumber(1), knownNumber(2)], multiply);
    expect(made.map((size) => size?.dim)).toEqual([8, 16]);
    expect(made.map((size) => size?.after(becomes(axis, 3)))).toEqual([3, 6]);
  });

  it('throw where a number that was known is none for fewer, and never say the old one', () => {
    const { place, length, axis } = axisOf(8);
    const [less] = combineSizes(place, [length], [knownNumber(4)], subtract);
    const [quotient] = combineSizes(place, [knownNumber(4)], [less], dividedBy(Math.floor));
    expect(quotient!.dim).toBe(1);
    expect(quotient!.after(becomes(axis, 6))).toBe(2);
    expect(() => quotient!.after(becomes(axis, 4))).toThrow(LengthUnknown);
  });

  it('hold the axes whose lengths get lost, and say where', () => {
    const { axes, axis, place, length } = axisOf(8);
    expect(combineSizes(place, [length], [undefined], add)).toEqual([undefined]);
    expect(axes.whyHeld(axis)).toBe('node "n" (Test): it computes with the length of axis 0 of "x"');
  });

  it('stay known 100 steps of doubling on, each worked out once', () => {
    const { axis, place, length } = axisOf(8);
    const fold = ofNumbers((a, b) => (a + b) % 1009);
    let size: KnownSize = length;
    let expected = 5;
    for (let i = 0; i < 100; i += 1) {
      size = combineSizes(place, [size], [size], fold)[0]!;
      expected = (2 * expected) % 1009;
    }
    expect(size.after(becomes(axis, 5))).toBe(expected);
    expect(size.of).toEqual([axis]);
  });

  it('hold their axes past a thousand steps, where numbers alone go on', () => {
    const { axes, axis, place, length } = axisOf(8);
    let sizes: readonly (KnownSize | undefined)[] = [length, knownNumber(0)];
    for (let i = 0; i < 1001; i += 1) sizes = combineSizes(place, sizes, [knownNumber(1)], add);
    expect(sizes.map((size) => size?.dim)).toEqual([undefined, 1001]);
    expect(axes.mayLose(axis)).toBe(false);
  });
});

describe('sizes that a third chooses', () => {
  it('are chosen anew by the lengths after a cut', () => {
    const { axis, place, length } = axisOf(8);
    const isEight = combineSizes(
      place,
      [length],
      [knownNumber(8)],
      ofNumbers((a, b) => Number(a === b)),
    );
    const [chosen] = chooseSizes(place, isEight, { yes: [knownNumber(70)], no: [length] });
    expect(chosen!.dim).toBe(70);
    expect(chosen!.after(becomes(axis, 8))).toBe(70);
    expect(chosen!.after(becomes(axis, 5))).toBe(5);
  });

  it('need only the chosen one where nothing changes the choice', () => {
    const { axes, axis, place, length } = axisOf(8);
    const chosen = chooseSizes(place, [knownNumber(1)], { yes: [length], no: [undefined] });
    expect(chosen).toEqual([length]);
    expect(axes.mayLose(axis)).toBe(true);
  });

  it('hold the axes of all three where one is not known', () => {
    const { axes, axis, place, length } = axisOf(8);
    expect(chooseSizes(place, [length], { yes: [knownNumber(1)], no: [undefined] })).toEqual([undefined]);
    expect(axes.mayLose(axis)).toBe(false);
  });

  it('stay of one axis 60 choices on', () => {
    const { axis, place, length } = axisOf(8);
    let size: KnownSize = length;
    for (let i = 0; i < 60; i += 1) {
      const test = combineSizes(
        place,
        [size],
        [size],
        ofNumbers((a, b) => Number(a === b)),
      );
      size = chooseSizes(place, test, { yes: [size], no: [size] })[0]!;
    }
    expect(size.of).toEqual([axis]);
    expect(size.after(becomes(axis, 5))).toBe(5);
  });
});
