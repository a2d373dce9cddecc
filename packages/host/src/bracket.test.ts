import { describe, expect, it } from 'vitest';
import { expectedInside, type Passes, selectByBracket } from './bracket.js';

const ELEMENTS = 102_400;

/**
 * Passes over the magnitudes 0 to 102,399, so that a rank, from 1, is one more than its magnitude. Their sample is
 * shifted by so much; beside them, how many were to be collected each time, of which there is room for so many.
 */
function shifted(by: number, likeness = 1, room = ELEMENTS): { passes: Passes; widths: number[] } {
  const widths: number[] = [];
  let low = 0;
  const passes: Passes = {
    sample: () => 4096,
    sampleAt: (rank) => Math.min(ELEMENTS - 1, Math.max(0, 25 * rank + by)),
    likeness: () => likeness,
    collect: (_, from, to) => {
      low = Math.max(-1, from);
      const collected = Math.max(0, Math.min(ELEMENTS, to) - low - 1);
      widths.push(collected);
      if (collected > room) return undefined;
      return { above: ELEMENTS - 1 - low, collected };
    },
    selectCollected: (rank) => ({ magnitude: low + 1 + rank, rank: 0 }),
    countAround: (_, magnitude) => ({ below: magnitude, equal: 1 }),
  };
  return { passes, widths };
}

const find = (passes: Passes, rank: number) =>
  selectByBracket(passes, [], ELEMENTS, rank, () => {
    throw new Error('there was room');
  });

describe('the search by a bracket', () => {
  it.each([0, 25, -25, 4000, -4000, 10_000, -10_000, 60_000, -60_000])(
    'finds every rank where the sample is wrong by %i',
    (by) => {
      for (const rank of [1, 2, 500, 30_000, 50_001, 99_000, 102_399, 102_400]) {
        expect(find(shifted(by).passes, rank)).toEqual({ magnitude: rank - 1, ties: 1 });
      }
    },
  );

  it.each([4000, -4000])('looks beside the bracket first where the sample is wrong by a little: %i', (by) => {
    const { passes, widths } = shifted(by);
    find(passes, 51_200);
    expect(widths).toHaveLength(2);
    expect(widths[1]).toBeLessThan(1.1 * widths[0]!);
  });

  it.each([0, 2000, -2000])(
    'is half as wide where there is too much inside, the sample wrong by %i',
    (by) => {
      const { passes, widths } = shifted(by, 1, 4000);
      expect(find(passes, 51_200)).toEqual({ magnitude: 51_199, ties: 1 });
      expect(widths[1]! / widths[0]!).toBeCloseTo(0.5, 1);
      expect(widths).toHaveLength(by === 0 ? 2 : 3);
    },
  );

  it('is wider where neighbours are alike, as far as there is room', () => {
    const [alone, alike, same] = [1, 1.3, 1000].map((likeness) => {
      const { passes, widths } = shifted(0, likeness);
      find(passes, 5000);
      return widths[0]!;
    });
    expect(alike! / alone!).toBeCloseTo(Math.sqrt(1.3), 1);
    expect(same! / alone!).toBeGreaterThan(1.5);
    expect(same!).toBeLessThan(expectedInside(ELEMENTS));
  });
});
