import { describe, expect, it } from 'vitest';
import { syntheticStudy } from '../testing/synthetic-study.js';
import { blockTable } from './blocks.js';
import { observationsOf } from './observations.js';

const label = () => 'block';
const ARMS = ['none', 'dropout'];

describe('blockTable', () => {
  // MAE of arm none is the length in tenths, of dropout twice that; no noise.
  const exact = {
    arms: ARMS,
    models: ['lstm'] as const,
    series: ['a', 'b'],
    lengths: [1, 3],
    noise: 0,
    mae: ({ arm, length, series }: { arm: string; length: number; series: number }) =>
      ((arm === 'none' ? 1 : 2) * length) / 10 + series,
  };

  it('averages lengths and seeds within a series', () => {
    const { arms, blocks } = blockTable(observationsOf(syntheticStudy(exact)), ARMS, ['series'], label);
    expect(arms).toEqual(ARMS);
    expect(blocks.map(({ errors }) => errors.map((error) => Number(error.toFixed(12))))).toEqual([
      [0.2, 0.4],
      [1.2, 1.4],
    ]);
    expect(blocks.map(({ runs }) => runs)).toEqual([6, 6]);
    expect(blocks[0]?.persistence).toBeCloseTo(0.6, 12);
  });

  it('leaves a run out where its partner is missing, so that means stay comparable', () => {
    // Without its runs of length 3 dropout would average .2 and look as good as none.
    const study = syntheticStudy({
      ...exact,
      missing: ({ arm, series, length }) => arm === 'dropout' && series === 0 && length === 3,
    });
    const { blocks, unpairedRuns } = blockTable(observationsOf(study), ARMS, ['series'], label);
    expect(blocks[0]?.errors[0]).toBeCloseTo(0.1, 12);
    expect(blocks[0]?.errors[1]).toBeCloseTo(0.2, 12);
    expect(unpairedRuns).toBe(3);
  });

  it('drops a block that some arm has no run in', () => {
    const study = syntheticStudy({
      ...exact,
      missing: ({ arm, series }) => arm === 'dropout' && series === 1,
    });
    const { blocks, incompleteBlocks } = blockTable(observationsOf(study), ARMS, ['series'], label);
    expect(blocks).toHaveLength(1);
    expect(incompleteBlocks).toBe(1);
  });

  it('has no column for an arm without runs', () => {
    const study = syntheticStudy({ ...exact, missing: ({ arm }) => arm === 'dropout' });
    expect(blockTable(observationsOf(study), ARMS, ['series'], label).arms).toEqual(['none']);
  });
});
