import type { BlockTable } from './blocks.js';
import type { Effect } from './effects.js';
import type { Scope } from './scopes.js';

/** What the tests say about one part of a study. */
export interface ScopeStatistics {
  readonly scope: Scope;
  readonly table: BlockTable;
  /** Mean rank over the blocks, 1 the best; one an arm. Empty without blocks. */
  readonly averageRanks: readonly number[];
  /** Where repeating the last value would stand among the arms: the mean number of arms ahead of it, plus ½. */
  readonly persistenceRank: number | null;
  /** `null` with fewer than two arms or two blocks: there is nothing to test. */
  readonly tests: ScopeTests | null;
  /** Against `dropout` and against `none`, every other arm that pairs up with it. */
  readonly effects: readonly Effect[];
  /** Every arm against repeating the last value. */
  readonly onPersistence: readonly Effect[];
  /** Every arm against a linear model of the same windows. */
  readonly onLinear: readonly Effect[];
}

/** Tests of the ranks of k arms over n blocks. */
export interface ScopeTests {
  readonly friedman: {
    readonly statistic: number;
    readonly degrees: number;
    /** From the chi-square distribution. */
    readonly pApproximate: number;
    /** From all orders of the ranks; `null` where there are too many to go through, and then why. */
    readonly pExact: number | null;
    readonly whyNotExact: string | null;
    /** The least p that so few blocks could give. */
    readonly leastP: number;
  };
  readonly imanDavenport: {
    /** F; `null` where all blocks agree wholly and it is infinite. */
    readonly statistic: number | null;
    readonly degrees: readonly [number, number];
    readonly p: number;
  };
  /** 0 where the blocks do not agree at all, 1 where they agree wholly. */
  readonly kendallW: number;
  readonly nemenyi: {
    /** Difference of average ranks above which two arms differ at .05. */
    readonly criticalDifference: number;
    /** Sets of arms, by name and from the best, within which no two differ at .05. */
    readonly cliques: readonly (readonly string[])[];
    readonly pairs: readonly { readonly arm: string; readonly other: string; readonly p: number }[];
  };
  /** Exact Wilcoxon signed-rank tests of every pair of arms, p corrected by Holm over all of them. */
  readonly pairs: readonly PairTest[];
  /** The pruning arm against every other arm, corrected by Holm over these alone: the comparisons asked for. */
  readonly planned: readonly PairTest[];
  /** The least p that so few blocks could give a pair, before Holm's correction. */
  readonly leastPairP: number;
}

/** An exact signed-rank test of two arms over the blocks. */
export interface PairTest {
  readonly arm: string;
  readonly other: string;
  readonly p: number;
  readonly pHolm: number;
  /** Whether the p counts all signs; with very many blocks it takes a normal curve. */
  readonly exact: boolean;
}
