import { describe, expect, it } from 'vitest';
import { type SyntheticOptions, syntheticStudy } from '../testing/synthetic-study.js';
import { analyse } from './analysis.js';

const BEHIND = { none: 0.5, dropout: 0.48, pruning: 0.45 } as Record<string, number>;

const arms = ['none', 'dropout', 'pruning', 'persistence'];
const base: SyntheticOptions = { arms, noise: 0, mae: ({ arm }) => BEHIND[arm]! };

describe('analyse', () => {
  it('ranks arms that never change places with the least p that there is', () => {
    // Two models on two series: four blocks, all alike. χ² = n (k − 1) = 8, exact p = 1 / 3!^3, W = 1.
    const [overall] = analyse(syntheticStudy(base)).scopes;
    expect(overall?.averageRanks).toEqual([3, 2, 1]);
    expect(overall?.table.blocks).toHaveLength(4);
    expect(overall?.tests?.friedman.statistic).toBeCloseTo(8, 10);
    expect(overall?.tests?.friedman.pExact).toBeCloseTo(1 / 216, 12);
    expect(overall?.tests?.friedman.leastP).toBeCloseTo(1 / 216, 12);
    expect(overall?.tests?.kendallW).toBeCloseTo(1, 12);
    expect(overall?.tests?.imanDavenport.statistic).toBeNull();
    // q(.05, 3) √(3 · 4 / (6 · 4)) = 2.343701 · √.5
    expect(overall?.tests?.nemenyi.criticalDifference).toBeCloseTo(1.6572, 3);
    expect(overall?.tests?.nemenyi.cliques).toEqual([
      ['pruning', 'dropout'],
      ['dropout', 'none'],
    ]);
    expect(overall?.tests?.leastPairP).toBe(0.125);
  });

  it('corrects the planned comparisons for themselves and the pairs for all pairs', () => {
    const tests = analyse(syntheticStudy(base)).scopes[0]?.tests;
    expect(tests?.planned.map(({ arm, other, p, pHolm }) => [arm, other, p, pHolm])).toEqual([
      ['pruning', 'none', 0.125, 0.25],
      ['pruning', 'dropout', 0.125, 0.25],
    ]);
    expect(tests?.pairs.map(({ pHolm }) => pHolm)).toEqual([0.375, 0.375, 0.375]);
  });

  it('places the last value among the ranks', () => {
    const at = (persistence: number) =>
      analyse(syntheticStudy({ ...base, persistence })).scopes[0]?.persistenceRank;
    expect([at(0.4), at(0.46), at(0.6)]).toEqual([0.5, 1.5, 3.5]);
  });

  it.each([
    ['honest', ['a', 'b'], 'lstm,rnn', ['series', 'model'], 4],
    ['honest', ['a'], 'lstm,rnn', ['model', 'seed'], 6],
    ['published', ['a'], 'lstm', ['series', 'model', 'length'], 2],
  ] as const)('takes the blocks of the %s protocol on %j with %s', (protocol, series, models, unit, n) => {
    const study = syntheticStudy({
      ...base,
      protocol,
      series: [...series],
      models: models.split(',') as ('lstm' | 'rnn')[],
    });
    const [overall] = analyse(study).scopes;
    expect(overall?.scope.unit).toEqual(unit);
    expect(overall?.table.blocks).toHaveLength(n);
  });

  it('judges every model over all series and on each', () => {
    const scopes = analyse(syntheticStudy(base)).scopes.map(({ scope }) => [
      scope.kind,
      scope.model,
      scope.series,
      scope.blockName,
    ]);
    expect(scopes).toEqual([
      ['overall', null, null, 'series × model'],
      ['model', 'rnn', null, 'series'],
      ['model-series', 'rnn', 0, 'seed'],
      ['model-series', 'rnn', 1, 'seed'],
      ['model', 'lstm', null, 'series'],
      ['model-series', 'lstm', 0, 'seed'],
      ['model-series', 'lstm', 1, 'seed'],
    ]);
  });

  it('sums a cell up over its seeds', () => {
    const cell = analyse(syntheticStudy(base)).cells.find((one) => one.arm === 'pruning');
    // An error unit is 20 original units.
    expect(cell?.mae?.mean).toBeCloseTo(9, 12);
    expect(cell?.scaledMae?.interval?.[0]).toBeCloseTo(0.45, 12);
    expect(cell).toMatchObject({ runs: 3, epochs: { mean: 14 }, sparsity: { least: 0.7, greatest: 0.7 } });
  });

  it('shows what scoring the last epoch adds', () => {
    // The made-up last epoch is 5 % worse than the best for pruned runs and 15 % for others.
    const gap = analyse(syntheticStudy(base)).gaps.find(
      (one) => one.arm === 'pruning' && one.reference === 'dropout',
    );
    expect(gap?.atBest.relative).toBeCloseTo(0.45 / 0.48 - 1, 12);
    expect(gap?.atLast.relative).toBeCloseTo((0.45 * 1.05) / (0.48 * 1.15) - 1, 12);
  });

  it('has nothing to test where all arms tie', () => {
    const [overall] = analyse(syntheticStudy({ ...base, mae: () => 0.5 })).scopes;
    expect(overall?.tests).toBeNull();
    expect(overall?.averageRanks).toEqual([2, 2, 2]);
  });
});
