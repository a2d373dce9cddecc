import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  channelSums,
  chooseGroups,
  createAxes,
  keptCount,
  mostImportant,
  sliceSums,
  takeBytes,
} from '../index.js';

const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });

describe('takeBytes', () => {
  it('takes what an index by index copy would', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.constantFrom(1, 2, 4, 8),
        fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
        fc.nat(3),
        (shape, elementBytes, dice, offset) => {
          const elements = shape.reduce((a, b) => a * b, 1);
          const all = Uint8Array.from({ length: elements * elementBytes + offset }, (_, i) => (i * 37) % 251);
          const bytes = all.subarray(offset);
          const kept = shape.map((size) => {
            if (dice.next().value === 0) return undefined;
            const some = Array.from({ length: size }, (_, i) => i).filter(() => dice.next().value !== 0);
            return some.length === 0 ? [0] : some;
          });
          const expected: number[] = [];
          for (let element = 0; element < elements; element += 1) {
            let rest = element;
            const index = [...shape]
              .reverse()
              .map((size) => {
                const at = rest % size;
                rest = Math.floor(rest / size);
                return at;
              })
              .reverse();
            if (index.some((at, axis) => kept[axis]?.includes(at) === false)) continue;
            expected.push(...bytes.subarray(element * elementBytes, (element + 1) * elementBytes));
          }
          expect(Array.from(takeBytes(bytes, shape, elementBytes, kept))).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('sliceSums', () => {
  it('adds up what lies at each index', () => {
    // [[1, -2, 3], [4, 5, -6]]
    const values = [1, -2, 3, 4, 5, -6];
    expect([...sliceSums(values, [2, 3], 0, 'l1')]).toEqual([6, 15]);
    expect([...sliceSums(values, [2, 3], 1, 'l1')]).toEqual([5, 7, 9]);
    expect([...sliceSums(values, [2, 3], 1, 'l2')]).toEqual([17, 29, 45]);
    expect([...channelSums([5, 7, 9], Int32Array.of(1, -1, 1), 2)]).toEqual([0, 14]);
  });
});

describe('keptCount', () => {
  it('is one at least, in whole multiples where there are as many', () => {
    expect([keptCount(100, 0.07), keptCount(10, 0.9), keptCount(7, 0.5), keptCount(3, 0.01)]).toEqual([
      7, 9, 4, 1,
    ]);
    expect([keptCount(100, 0.3, 8), keptCount(100, 1, 8), keptCount(6, 0.5, 8)]).toEqual([32, 100, 6]);
  });
});

describe('mostImportant', () => {
  it('keeps the first of equals, and NaN before all', () => {
    expect([...mostImportant([1, 2, 2, 0], 2)]).toEqual([0, 1, 1, 0]);
    expect([...mostImportant([1, 1, 1], 2)]).toEqual([1, 1, 0]);
    expect([...mostImportant([9, Number.NaN], 1)]).toEqual([0, 1]);
  });
});

describe('chooseGroups', () => {
  it('leaves units alone that one axis is made of twice, as those of a value multiplied with itself', () => {
    const axes = createAxes();
    const own = axes.free(3, { label: 'weight[0]', kind: 'channels' });
    axes.mark(own, 'makes');
    const square = axes.merge([own, own]);
    const found = chooseGroups(axes, [{ name: 'weight', axes: [own] }]);
    expect(found.groups).toEqual([]);
    expect(found.held).toEqual([
      { name: 'weight[0]', channels: 3, heldBy: 'one axis is made of it and of itself' },
    ]);
    expect(found.channelsOf(square)).toBeUndefined();
  });
});
