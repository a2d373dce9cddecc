import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cliques } from './cliques.js';
import { friedman } from './friedman.js';
import { holm } from './holm.js';
import { criticalDifference, nemenyi } from './nemenyi.js';
import { expectDigits } from './testing/expect-digits.js';
import { fromR } from './testing/fixtures.js';
import { PUBLIC_TABLE } from './testing/public-table.js';

describe('criticalDifference', () => {
  it.each([
    [0.05, [1.96, 2.344, 2.569, 2.728, 2.85, 2.948, 3.031, 3.102, 3.164]],
    [0.1, [1.645, 2.052, 2.291, 2.46, 2.589, 2.693, 2.78, 2.855, 2.92]],
  ])('rests on the known table of q at %d', (alpha, table) => {
    table.forEach((q, i) => {
      const k = i + 2;
      // So many blocks that the root is 1.
      expect(criticalDifference(k, 100, alpha) / Math.sqrt((k * (k + 1)) / 600)).toBeCloseTo(q, 2.9);
    });
  });

  it.each([
    [4, 6, 1.915],
    [4, 10, 1.483],
    [7, 12, 2.6],
  ])('is known for %i methods in %i blocks: %d', (methods, blocks, expected) => {
    expect(Math.abs(criticalDifference(methods, blocks) - expected)).toBeLessThan(5e-4);
  });

  it('is known for a public table to what qtukey gives', () => {
    expectDigits(criticalDifference(4, 12), 1.353998633, 1e-7);
    expectDigits(criticalDifference(4, 12, 0.1), 1.2076430046, 1e-7);
  });

  it('refuses bad sizes and levels', () => {
    expect(() => criticalDifference(1, 5)).toThrow(RangeError);
    expect(() => criticalDifference(3, 0)).toThrow(
      new RangeError('the number of blocks must be a whole number of at least 1, got 0'),
    );
    expect(() => criticalDifference(3, 5, Number.NaN)).toThrow(
      new RangeError('alpha must be strictly between 0 and 1, got NaN'),
    );
  });
});

describe('nemenyi', () => {
  it('gives the known p of all pairs of a public table', () => {
    const ps = [0.9985934739, 0.9998229452, 0.9953080991, 0.9998229452, 0.9790710012, 0.9890583014];
    const pairs = nemenyi(PUBLIC_TABLE);
    expect(pairs.map(({ first, second }) => `${first}${second}`)).toEqual([
      '01',
      '02',
      '03',
      '12',
      '13',
      '23',
    ]);
    // The figures are ptukey's, which is good to 8 digits here.
    pairs.forEach(({ p }, i) => {
      expect(Math.abs(p - ps[i]!)).toBeLessThan(1e-8);
    });
  });
});

describe('rank tests', () => {
  const table = fc
    .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 4 }))
    .chain(([n, k]) =>
      fc.array(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: k, maxLength: k }), {
        minLength: n,
        maxLength: n,
      }),
    )
    .filter((rows) => rows.some((row) => new Set(row).size > 1));

  it('do not change when blocks change places or are stretched, nor p when methods change places', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const test = friedman(rows);
        expect(friedman(rows.toReversed()).chiSquare).toEqual(test.chiSquare);
        const stretched = rows.map((row, i) => row.map((value) => Math.exp(value) * (i + 1)));
        expect(friedman(stretched)).toEqual(test);
        expect(nemenyi(stretched)).toEqual(nemenyi(rows));
        const turned = friedman(rows.map((row) => row.toReversed()));
        expect(turned.meanRanks).toEqual(test.meanRanks.toReversed());
        expectDigits(turned.exact.p!, test.exact.p!, 1e-12);
        expect(turned.chiSquare).toEqual(test.chiSquare);
        for (const p of [
          test.chiSquare.p,
          test.exact.p!,
          test.imanDavenport.p,
          ...nemenyi(rows).map((pair) => pair.p),
        ]) {
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('cliques', () => {
  it('are the largest groups that lie closer than the difference', () => {
    expect(cliques([1.2, 3.4, 2.1, 3.9], 1.5)).toEqual([
      [0, 2],
      [2, 1],
      [1, 3],
    ]);
    expect(cliques([1, 2, 3], 5)).toEqual([[0, 1, 2]]);
    expect(cliques([3, 1, 2], 0.5)).toEqual([]);
  });

  it('hold exactly the pairs that do not differ', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 20 }), { minLength: 2, maxLength: 9 }), (doubled) => {
        const ranks = doubled.map((rank) => rank / 2);
        const groups = cliques(ranks, 1.75).map((group) => new Set(group));
        for (let i = 0; i < ranks.length; i += 1) {
          for (let j = 0; j < i; j += 1) {
            const together = groups.some((group) => group.has(i) && group.has(j));
            expect(together).toBe(Math.abs(ranks[i]! - ranks[j]!) < 1.75);
          }
        }
        for (const a of groups)
          for (const b of groups) if (a !== b) expect([...a].every((i) => b.has(i))).toBe(false);
      }),
    );
  });

  it('refuse NaN and a difference of 0', () => {
    expect(() => cliques([1, Number.NaN], 1)).toThrow(RangeError);
    expect(() => cliques([1, 2], 0)).toThrow(RangeError);
  });
});

describe('holm', () => {
  it('agrees with p.adjust of R', () => {
    for (const { p, adjusted } of fromR.holm) {
      holm(p).forEach((value, i) => {
        expectDigits(value, adjusted[i]!, 1e-14);
      });
    }
  });

  it('gives the known figures', () => {
    const expected = [0.04, 0.09, 0.09, 0.025, 0.2];
    holm([0.01, 0.04, 0.03, 0.005, 0.2]).forEach((p, i) => {
      expectDigits(p, expected[i]!, 1e-14);
    });
    expect(holm([])).toEqual([]);
  });

  it('refuses NaN and what is no probability', () => {
    expect(() => holm([0.1, Number.NaN])).toThrow(new RangeError('p must be a number in [0, 1], got NaN'));
    expect(() => holm([1.1])).toThrow(new RangeError('p must be a number in [0, 1], got 1.1'));
  });
});
