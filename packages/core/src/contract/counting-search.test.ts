import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { findCutByCounting } from './counting-search.js';
import { magnitudeOf } from './magnitude.js';

/** The counting verb over two plain lists, and how often it was called. */
function counter(lists: readonly (readonly number[])[]) {
  return vi.fn((_items: unknown, magnitudes: readonly number[]) =>
    magnitudes.map((limit) => lists.map((list) => list.filter((value) => magnitudeOf(value) < limit).length)),
  );
}

describe('findCutByCounting', () => {
  const value = fc.oneof(
    fc.float(),
    fc.constantFrom(0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-45),
  );

  it('finds what a full sort finds, however many magnitudes a round', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { minLength: 1, maxLength: 40 }),
        fc.array(value, { maxLength: 40 }),
        fc.nat(),
        fc.constantFrom(1, 2, 3, 15, 255, 2 ** 12),
        async (a, b, pick, cutsPerRound) => {
          const sorted = [...a, ...b].map(magnitudeOf).sort((x, y) => x - y);
          const count = 1 + (pick % sorted.length);
          const magnitude = sorted[count - 1]!;
          const below = sorted.filter((other) => other < magnitude).length;
          const cut = await findCutByCounting(counter([a, b]), { cutsPerRound })([], count);
          expect([cut.magnitude, cut.ties]).toEqual([magnitude, count - below]);
        },
      ),
    );
  });

  it.each([
    [1, 31],
    [15, 8],
    [255, 4],
  ])('with %s magnitudes a round needs at most %s rounds', async (cutsPerRound, rounds) => {
    for (const values of [[0], [1, 2, 3], [Number.NaN]]) {
      const countBelow = counter([values]);
      await findCutByCounting(countBelow, { cutsPerRound })([], 1);
      expect(countBelow.mock.calls.length).toBeLessThanOrEqual(rounds);
    }
  });

  it.each([0, -1, 1.5])('refuses %s magnitudes a round', (cutsPerRound) => {
    expect(() => findCutByCounting(counter([]), { cutsPerRound })).toThrow(RangeError);
  });
});
