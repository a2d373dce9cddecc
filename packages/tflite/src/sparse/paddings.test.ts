import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { padded, type Travel, travelOf } from '../model/window.js';
import { canHave, fewestZeros } from './paddings.js';

/** What each position of a window reads: numbers of elements, −1 for a zero. */
function reads({ size, window, stride, dilation, positions }: Travel, before: number): number[][] {
  return Array.from({ length: positions }, (_, position) => {
    const made: number[] = [];
    for (let at = 0; at < window; at += dilation) {
      const element = position * stride + at - before;
      made.push(element >= 0 && element < size ? element : -1);
    }
    return made;
  });
}

const travels = fc
  .record({
    size: fc.integer({ min: 1, max: 20 }),
    edge: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    zeros: fc.option(fc.tuple(fc.nat(3), fc.nat(3)), { nil: undefined }),
  })
  .map(({ size, edge, stride, dilation, zeros }) => {
    if (zeros === undefined) return travelOf(size, edge, stride, dilation, 'same');
    return padded(travelOf(size + zeros[0] + zeros[1], edge, stride, dilation, 'valid'), ...zeros);
  })
  .filter(({ positions }) => positions >= 1);

it('zeros that are written out are read as those that SAME adds, from either end', () => {
  fc.assert(
    fc.property(travels, fc.boolean(), fc.nat(6), (travel, mirrored, zeros) => {
      const turned = (list: number[][]) =>
        list.map((each) => each.map((i) => (i < 0 ? i : travel.size - 1 - i)).reverse()).reverse();
      const wanted = mirrored ? turned(reads(travel, travel.before)) : reads(travel, travel.before);
      const positionsWith = (before: number, behind: number) =>
        Math.floor((travel.size + before + behind - travel.window) / travel.stride) + 1;
      const same = (before: number, behind: number) =>
        positionsWith(before, behind) === travel.positions &&
        JSON.stringify(reads(travel, before)) === JSON.stringify(wanted);
      const fewest = fewestZeros(travel, mirrored);
      if (fewest !== undefined) {
        expect(same(...fewest)).toBe(true);
        expect(fewest[1] > 0 && same(fewest[0], fewest[1] - 1)).toBe(false);
      }
      // Where all that is read is zeros, other shifts read the same.
      if (canHave(travel, zeros, mirrored)) expect(same(zeros, zeros)).toBe(true);
      else if (wanted.some((each) => each.some((i) => i >= 0))) expect(same(zeros, zeros)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  [129, 3, 2, [1, 1]],
  [128, 3, 2, [0, 1]],
  [7, 5, 2, [2, 2]],
  [8, 5, 2, [1, 2]],
  [8, 1, 2, [0, 0]],
  [9, 3, 1, [1, 1]],
])('SAME of %i by %i with stride %i adds %j', (size, edge, stride, zeros) => {
  const { before, behind } = travelOf(size, edge, stride, 1, 'same');
  expect([before, behind]).toEqual(zeros);
});
