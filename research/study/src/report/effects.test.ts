import { describe, expect, it } from 'vitest';
import { syntheticStudy } from '../testing/synthetic-study.js';
import { bootstrapEffect, effectOf, effectOnPersistence } from './effects.js';
import { observationsOf } from './observations.js';

const RATIOS = [0.8, 1.25, 0.5];

/** Pruning's error over dropout's is .8, 1.25 and .5 on three series; dropout's is .5 everywhere. */
const observations = observationsOf(
  syntheticStudy({
    arms: ['dropout', 'pruning'],
    models: ['lstm'],
    series: ['a', 'b', 'c'],
    noise: 0,
    mae: ({ arm, series }) => 0.5 * (arm === 'pruning' ? RATIOS[series]! : 1),
    persistence: 0.25,
  }),
);

describe('effectOf', () => {
  it('is the geometric mean of the ratios, less one', () => {
    // (.8 · 1.25 · .5)^(1/3) = .5^(1/3)
    const effect = effectOf(observations, 'pruning', 'dropout', ['series']);
    expect(effect?.relative).toBeCloseTo(0.5 ** (1 / 3) - 1, 12);
    expect(effect).toMatchObject({ blocks: 3, blocksLower: 2, pairs: 18, pairsLower: 12 });
  });

  it('has Student’s interval of the logarithms, by hand', () => {
    // Logarithms ±.2231435513 and −.6931471806: mean −.2310490602, deviation .4581958…, t(.975, 2) 4.3026527297.
    const logs = RATIOS.map(Math.log);
    const mean = (logs[0]! + logs[1]! + logs[2]!) / 3;
    const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / 2);
    const half = (4.302652729696142 * deviation) / Math.sqrt(3);
    const interval = effectOf(observations, 'pruning', 'dropout', ['series'])?.interval;
    expect(interval?.[0]).toBeCloseTo(Math.exp(mean - half) - 1, 9);
    expect(interval?.[1]).toBeCloseTo(Math.exp(mean + half) - 1, 9);
  });

  it('is the other way round when the arms change places', () => {
    const there = effectOf(observations, 'pruning', 'dropout', ['series'])!.relative;
    const back = effectOf(observations, 'dropout', 'pruning', ['series'])!.relative;
    expect((1 + there) * (1 + back)).toBeCloseTo(1, 12);
  });

  it('has no interval for one block', () => {
    const one = observations.filter((run) => run.series === 0);
    expect(effectOf(one, 'pruning', 'dropout', ['series'])?.interval).toBeNull();
  });

  it('is nothing for arms that share no run', () => {
    expect(effectOf(observations, 'pruning', 'none', ['series'])).toBeNull();
  });
});

describe('effectOnPersistence', () => {
  it('compares with the error of the last value on the same rows', () => {
    expect(effectOnPersistence(observations, 'dropout', ['series'])?.relative).toBeCloseTo(1, 12);
  });
});

describe('bootstrapEffect', () => {
  it('holds the effect, within the ratios that there are', () => {
    const [low, high] = bootstrapEffect(observations, 'pruning', 'dropout', ['series'])!;
    expect(low).toBeCloseTo(-0.5, 6);
    expect(high).toBeLessThanOrEqual(0.25 + 1e-12);
    expect(high).toBeGreaterThan(0.5 ** (1 / 3) - 1);
  });

  it('is not given for two blocks', () => {
    const two = observations.filter((run) => run.series < 2);
    expect(bootstrapEffect(two, 'pruning', 'dropout', ['series'])).toBeNull();
  });
});
