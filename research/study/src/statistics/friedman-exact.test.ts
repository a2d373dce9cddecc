import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangements } from './arrangements.js';
import { friedman } from './friedman.js';
import { EXACT_BLOCKS, exactFriedman } from './friedman-exact.js';
import { rankRows } from './ranks.js';
import { expectDigits } from './testing/expect-digits.js';

/** All k!ⁿ arrangements, one after the other, by the values themselves: ties come along as they are. */
function bruteForce(rows: readonly (readonly number[])[]): number {
  const orders = permutations(rows[0]!.length);
  const spread = (sums: readonly number[]) => sums.reduce((total, sum) => total + sum ** 2, 0);
  const observed = spread(rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0)));
  let hits = 0;
  const visit = (block: number, sums: readonly number[]): void => {
    if (block === rows.length) hits += spread(sums) >= observed ? 1 : 0;
    else
      for (const order of orders)
        visit(
          block + 1,
          sums.map((sum, j) => sum + rows[block]![order[j]!]!),
        );
  };
  visit(
    0,
    rows[0]!.map(() => 0),
  );
  return hits / orders.length ** rows.length;
}

function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((rest) =>
    Array.from({ length: count }, (_, i) => [...rest.slice(0, i), count - 1, ...rest.slice(i)]),
  );
}

/** χ² of six blocks of four and its exact p, to the digits they were noted with. */
const SIX_BLOCKS: readonly [statistic: number, p: number][] = [
  [7.6, 0.04333],
  [10.2, 0.00957],
  [13, 0.000873],
  [13.4, 0.000646],
  [18, 1.26e-7],
];

describe('exactFriedman', () => {
  it.each(SIX_BLOCKS)('gives the known p of six blocks of four with χ² %d: %d', (statistic, p) => {
    const rows = findRows(statistic);
    expect(friedman(rows).chiSquare.statistic).toBeCloseTo(statistic, 10);
    expectDigits(exactFriedman(rows).p!, p, 5e-3);
  });

  it('is 4!/4!ⁿ where all of n blocks agree', () => {
    for (const n of [2, 6, 10, 30]) {
      const rows = Array.from({ length: n }, () => [1, 2, 3, 4]);
      expectDigits(exactFriedman(rows).p!, 24 ** (1 - n), 1e-12);
    }
  });

  it('is two tails of the binomial distribution for two methods', () => {
    const rows = Array.from({ length: 10 }, (_, i) => (i < 8 ? [1, 2] : [2, 1]));
    expectDigits(exactFriedman(rows).p!, (2 * (1 + 10 + 45)) / 1024, 1e-14);
  });

  it('is what going through all arrangements gives, three by three and with ties', () => {
    const table = (n: number, k: number) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: k, maxLength: k }), {
        minLength: n,
        maxLength: n,
      });
    fc.assert(
      fc.property(fc.oneof(table(3, 3), table(4, 3), table(2, 4), table(3, 4), table(5, 2)), (rows) => {
        const ranks = rankRows(rows);
        expectDigits(exactFriedman(ranks).p!, bruteForce(ranks), 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  it('has chances that sum to 1: where the observed sums are all equal, p is 1', () => {
    const square = [
      [1, 2, 3, 4],
      [4, 3, 2, 1],
    ];
    for (const n of [1, 3, 5]) {
      expectDigits(exactFriedman(Array.from({ length: n }, () => square).flat()).p!, 1, 1e-12);
    }
  });

  it('does not exist beyond the stated sizes, and says so', () => {
    for (const [k, limit] of EXACT_BLOCKS) {
      const rows = Array.from({ length: limit + 1 }, () => Array.from({ length: k }, (_, j) => j + 1));
      expect(exactFriedman(rows)).toEqual({
        p: null,
        reason: `an exact p for ${k} methods is computed for at most ${limit} blocks, got ${limit + 1}`,
      });
    }
    const wide = [1, 2].map(() => Array.from({ length: 9 }, (_, j) => j + 1));
    expect(exactFriedman(wide).p).toBeNull();
  });

  it('refuses what is no mid-rank', () => {
    expect(() =>
      exactFriedman([
        [1, 2],
        [1, 0.3],
      ]),
    ).toThrow(new RangeError('ranks must be halves in [1, 2], got 0.3'));
  });
});

describe('arrangements', () => {
  it('lists every order once', () => {
    expect(arrangements([2, 1, 1])).toEqual([
      [1, 1, 2],
      [1, 2, 1],
      [2, 1, 1],
    ]);
    expect(arrangements([5, 4, 3, 2, 1])).toHaveLength(120);
    expect(arrangements([7, 7])).toEqual([[7, 7]]);
  });
});

/** Six orders of four with this χ², by search among orders that repeat. */
function findRows(statistic: number): number[][] {
  const orders = arrangements([1, 2, 3, 4]);
  for (const a of orders) {
    for (const b of orders) {
      for (const c of orders) {
        const rows = [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4], a, b, c];
        const sums = [0, 1, 2, 3].map((j) => rows.reduce((sum, row) => sum + row[j]!, 0));
        const chiSquare = sums.reduce((total, sum) => total + (sum - 15) ** 2, 0) / 10;
        if (Math.abs(chiSquare - statistic) < 1e-9) return rows;
      }
    }
  }
  throw new Error(`no table has ${statistic}`);
}
