import { readFileSync } from 'node:fs';

/** Reference numbers of R; `fixtures/make-fixtures.R` wrote them. Scalars are lists of one number. */
export interface RFixtures {
  readonly normalCdf: number[][];
  readonly normalQuantile: number[][];
  readonly chiSquareTail: number[][];
  readonly fTail: number[][];
  readonly studentCdf: number[][];
  readonly studentQuantile: number[][];
  readonly gammaP: number[][];
  readonly gammaQ: number[][];
  readonly beta: number[][];
  readonly studentizedRange: number[][];
  readonly studentizedRangeQuantile: number[][];
  readonly friedman: readonly {
    rows: number[][];
    meanRanks: number[];
    statistic: number[];
    p: number[];
    f: number[];
    fp: number[];
    w: number[];
  }[];
  readonly wilcoxon: readonly {
    differences: number[];
    statistic: number[];
    p: number[];
    less: number[];
    greater: number[];
    normal: number[];
    exact: number[];
  }[];
  readonly signs: readonly {
    differences: number[];
    statistic: number[];
    less: number[];
    greater: number[];
    p: number[];
  }[];
  readonly bca: readonly {
    replicates: number[];
    observed: number[];
    jackknife: number[];
    level: number[];
    percentile: number[];
    bca: number[];
  }[];
  readonly paired: readonly {
    a: number[];
    b: number[];
    level: number[];
    mean: number[];
    interval: number[];
  }[];
  readonly holm: readonly { p: number[]; adjusted: number[] }[];
}

/** Rows of arguments and value, to 17 digits; `fixtures/make-fixtures.py` wrote them. */
export interface HighPrecision {
  readonly tails: number[][];
  readonly quantiles: number[][];
}

/** Two one-sided tests; `fixtures/make-equivalence.py` wrote them. */
export interface OneSidedTests {
  readonly tests: readonly { values: number[]; low: number; high: number; pLow: number; pHigh: number }[];
  /** The least margin around 0 at which equivalence is shown, found by trying. */
  readonly margins: readonly { values: number[]; confidence: number; margin: number }[];
}

export const fromR = read('r-4.2.2.json') as RFixtures;
export const fromMpmath = () => read('mpmath-1.2.1.json') as HighPrecision;
export const fromScipy = () => read('scipy-1.17.1.json') as OneSidedTests;

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));
}
