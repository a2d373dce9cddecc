import {
  chiSquareTail,
  cliques,
  criticalDifference,
  friedman,
  holm,
  meanRanks,
  nemenyi,
  wilcoxonSignedRank,
} from '../statistics/statistics.js';
import type { BlockTable } from './blocks.js';
import type { PairTest, ScopeTests } from './scope-statistics.js';

/** Errors that agree to this many decimals (in standard deviations of the target) tie. */
const DECIMALS = 12;

/** Mean ranks of the arms over the blocks, 1 the best; empty without blocks. */
export function averageRanksOf({ arms, blocks }: BlockTable): number[] {
  if (blocks.length === 0) return [];
  if (arms.length === 1) return [1];
  const rows = blocks.map(({ errors }) => errors);
  // A row beside itself has the ranks of one: the module takes two rows at least.
  return meanRanks(rows.length > 1 ? rows : [rows[0]!, rows[0]!], { decimals: DECIMALS });
}

/**
 * All tests of a table of errors. `null` where there is nothing to test: fewer than two arms or blocks, or arms
 * that tie in every block.
 *
 * @param pruning the arm of the planned comparisons; without it there are none
 */
export function testsOf({ arms, blocks }: BlockTable, pruning: string | null): ScopeTests | null {
  const rows = blocks.map(({ errors }) => errors);
  if (arms.length < 2 || rows.length < 2) return null;
  const comparison = { decimals: DECIMALS };
  if (rows.every((row) => row.every((error) => error.toFixed(DECIMALS) === row[0]!.toFixed(DECIMALS)))) {
    return null;
  }
  const { chiSquare, exact, imanDavenport, kendallW, meanRanks: ranks } = friedman(rows, comparison);
  const difference = criticalDifference(arms.length, rows.length);
  const posthoc = nemenyi(rows, comparison);
  const compare = (first: number, second: number) => {
    const { p, method } = wilcoxonSignedRank(
      rows.map((row) => row[first]! - row[second]!),
      comparison,
    );
    return { arm: arms[first]!, other: arms[second]!, p, exact: method === 'exact' };
  };
  const focus = pruning === null ? -1 : arms.indexOf(pruning);
  const others = arms.flatMap((_, index) => (index === focus ? [] : index));
  return {
    friedman: {
      statistic: chiSquare.statistic,
      degrees: chiSquare.degrees,
      pApproximate: chiSquare.p,
      pExact: exact.p,
      whyNotExact: exact.p === null ? exact.reason : null,
      leastP: leastFriedmanP(arms.length, rows.length, exact.p !== null),
    },
    imanDavenport: {
      ...imanDavenport,
      statistic: Number.isFinite(imanDavenport.statistic) ? imanDavenport.statistic : null,
    },
    kendallW,
    nemenyi: {
      criticalDifference: difference,
      cliques: cliques(ranks, difference).map((clique) => clique.map((index) => arms[index]!)),
      pairs: posthoc.map(({ first, second, p }) => ({ arm: arms[first]!, other: arms[second]!, p })),
    },
    pairs: corrected(posthoc.map(({ first, second }) => compare(first, second))),
    planned: focus < 0 ? [] : corrected(others.map((other) => compare(focus, other))),
    leastPairP: Math.min(1, 2 ** (1 - rows.length)),
  };
}

/** Of n blocks that all rank k arms the same way. */
function leastFriedmanP(k: number, n: number, exact: boolean): number {
  if (!exact) return chiSquareTail(n * (k - 1), k - 1);
  let orders = 1;
  for (let i = 2; i <= k; i += 1) orders *= i;
  return orders ** (1 - n);
}

function corrected(tests: readonly Omit<PairTest, 'pHolm'>[]): PairTest[] {
  const adjusted = holm(tests.map(({ p }) => p));
  return tests.map((test, index) => ({ ...test, pHolm: adjusted[index]! }));
}
