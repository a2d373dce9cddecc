import { describe, expect, it } from 'vitest';
import { floatOfMagnitude } from './magnitude.js';
import { randomMagnitude, weightSeed } from './random-score.js';

describe('randomMagnitude', () => {
  it('is the same for ever', () => {
    // Written out once: a saved run must be repeatable by every later release.
    expect([0, 1, 2, 2 ** 32].map((index) => randomMagnitude(weightSeed(42, 'lstm/kernel'), index))).toEqual([
      1158023782, 585597372, 747552109, 673034514,
    ]);
  });

  it('is always a normal float, so that uploading it loses nothing', () => {
    for (let index = 0; index < 10_000; index += 1) {
      const value = floatOfMagnitude(randomMagnitude(7, index));
      expect(value).toBeGreaterThanOrEqual(2 ** -95);
      expect(value).toBeLessThan(2 ** 33);
    }
  });

  it('spreads evenly and differs by seed and index', () => {
    const bins = new Array(16).fill(0);
    for (let index = 0; index < 16_000; index += 1)
      bins[(randomMagnitude(1, index) - 0x10000000) >>> 26] += 1;
    // 1000 expected a bin, standard deviation about 31.
    for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(150);
    const same = Array.from({ length: 1000 }, (_, i) => i).filter(
      (i) => randomMagnitude(1, i) === randomMagnitude(2, i),
    );
    expect(same).toEqual([]);
  });
});

describe('weightSeed', () => {
  it('depends on seed and name alone', () => {
    const seeds = ['a', 'b', 'ab', 'ba', ''].flatMap((name) => [0, 1].map((seed) => weightSeed(seed, name)));
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const seed of seeds) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
  });
});
