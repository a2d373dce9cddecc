import { describe, expect, it } from 'vitest';
import { resultsOf, version } from './testing/results.js';
import { pairsOf, verdict } from './verdict.js';

const dense = version('dense', 0, 1);

describe('pairsOf', () => {
  it('pairs what has been measured in both arms, and leaves out what has not', () => {
    const pairs = pairsOf([
      dense,
      version('one-shot', 0.5, 0.5),
      version('trained', 0.5, 0.9),
      version('one-shot', 0.9, 0.5),
    ]);
    expect(pairs.map(({ target }) => target)).toEqual([0.5]);
  });
});

describe('verdict', () => {
  it('says so when there is nothing to compare', () => {
    expect(verdict(resultsOf([dense, version('one-shot', 0.5, 0.5)]))).toEqual(['Nothing to compare yet.']);
  });

  it('counts a tie for nobody, and sets agreement beside chance', () => {
    const said = verdict(
      resultsOf([
        dense,
        version('one-shot', 0.5, 0.7),
        version('trained', 0.5, 0.95),
        version('one-shot', 0.9, 0.55),
        version('trained', 0.9, 0.55),
      ]),
    ).join(' ');
    expect(said).toContain('at 1 of 2 sparsities');
    expect(said).toMatch(/chance agrees on 55\.0\u00a0%/);
    expect(said).toMatch(
      /At 50\u00a0%: 70\.0\u00a0% of the lines as dense in one shot, 95\.0\u00a0% trained/,
    );
    expect(said).toMatch(/1\.25\u00a0MB/);
  });
});
