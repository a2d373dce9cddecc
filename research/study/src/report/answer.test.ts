import { describe, expect, it } from 'vitest';
import { type SyntheticOptions, syntheticStudy } from '../testing/synthetic-study.js';
import { analyse } from './analysis.js';
import { answerSentence, equivalenceSentence, linearSentence, persistenceSentence } from './answer-text.js';

const base: SyntheticOptions = { arms: ['dropout', 'pruning', 'persistence'], noise: 0.001 };

/** The answer when pruning's error is so many times dropout's on each of the two series. */
function ask(ratios: readonly [number, number], options: SyntheticOptions = {}) {
  const study = syntheticStudy({
    ...base,
    mae: ({ arm, series }) => 0.5 * (arm === 'pruning' ? ratios[series]! : 1),
    ...options,
  });
  const { answer, scopes } = analyse(study);
  return {
    verdict: answer.verdict,
    sentence: answerSentence(answer, scopes[0]).replaceAll('\u00a0', ' '),
    beside: persistenceSentence(answer),
    equivalence: equivalenceSentence(answer, scopes[0]).replaceAll('\u00a0', ' '),
    linear: linearSentence(answer).replaceAll('\u00a0', ' '),
  };
}

describe('answer', () => {
  it('is yes when the whole interval is below zero', () => {
    const { verdict, sentence } = ask([0.9, 0.9]);
    expect(verdict).toBe('yes');
    expect(sentence).toMatch(
      /^Yes, on these data: with pruning instead of dropout the error is (9\.9|10\.0|10\.1) % lower \(95 % interval −.*4 blocks \(series × model\), 24 pairs of runs\)\.$/,
    );
  });

  it('is no when the whole interval is above zero', () => {
    expect(ask([1.1, 1.1])).toMatchObject({
      verdict: 'no',
      sentence: expect.stringMatching(/^No, .* 10\.\d % higher/),
    });
  });

  it('is that it makes no difference when two one-sided tests show it to be within one per cent', () => {
    expect(ask([1.001, 1.001])).toMatchObject({
      verdict: 'makes-no-difference',
      sentence: expect.stringContaining('within 1 % of dropout’s with 95 % confidence'),
    });
  });

  it('does not call a difference that rounds to nothing higher or lower', () => {
    expect(ask([0.98, 1 / 0.98], { noise: 0 }).sentence).toMatch(
      /the error is no different to the digits shown, which may be chance/,
    );
  });

  it('is that it cannot be told when the series disagree', () => {
    expect(ask([0.8, 1.2])).toMatchObject({
      verdict: 'cannot-tell',
      sentence: expect.stringMatching(/^These runs cannot tell: .* may be chance/),
    });
  });

  it('is that it cannot be told from one run of each', () => {
    const { verdict, sentence } = ask([0.5, 0.5], {
      series: ['a'],
      models: ['lstm'],
      seeds: [42],
      lengths: [1],
    });
    expect(verdict).toBe('cannot-tell');
    expect(sentence).toContain('1 block (seed), 1 pair of runs: too few for an interval');
  });

  it('is that the study did not ask when an arm is not there', () => {
    expect(ask([1, 1], { arms: ['none', 'pruning'] })).toMatchObject({
      verdict: 'not-asked',
      sentence: 'This study cannot say: it has no paired runs of dropout and of a pruning arm.',
    });
  });

  it('never says yes under the published protocol, however good pruning looks', () => {
    const { sentence } = ask([0.5, 0.5], {
      protocol: 'published',
      arms: ['none', 'dropout', 'pruning-published'],
      mae: ({ arm }) => (arm === 'none' ? 0.6 : arm === 'dropout' ? 0.5 : 0.25),
    });
    expect(sentence).toMatch(
      /^Under the published protocol pruning-published comes first of 3 by average rank \(1\.00 over 8 blocks; Friedman p < \.0001\)/,
    );
    expect(sentence).toContain('this cannot answer');
  });
});

describe('equivalenceSentence', () => {
  it('says how close pruning is shown to be, with how many weights less', () => {
    // Two blocks of ln .99 and two of ln 1.01: mean −.00005, s .011548, Student’s 95 % quantile on 3 degrees 2.353363.
    expect(ask([0.99, 1.01], { noise: 0 }).equivalence).toBe(
      'With 95 % confidence the error of pruning is within ±1.4 % of dropout’s with 70 % fewer weights (two one-sided tests over 4 blocks, series × model).',
    );
  });

  it('rounds its margin up', () => {
    // One block a series, both ln 1.0101: every interval is that one point.
    expect(ask([1.0101, 1.0101], { noise: 0, models: ['lstm'] }).equivalence).toContain('within ±1.1 %');
  });

  it('cannot say it of one block, and does not under the published protocol', () => {
    const one = { series: ['a'], models: ['lstm'], seeds: [42], lengths: [1] } as const;
    expect(ask([0.5, 0.5], one).equivalence).toMatch(/cannot be said: that takes two blocks/);
    expect(ask([1, 1], { protocol: 'published', arms: ['dropout', 'pruning-published'] }).equivalence).toBe(
      '',
    );
  });
});

describe('linearSentence', () => {
  it('says where a linear model of the same windows stands', () => {
    expect(ask([0.9, 0.9], { noise: 0, linear: 0.5 }).linear).toBe(
      'Beside a linear model of the same windows the error of pruning is 10.0 % lower (95 % interval −10.0 to −10.0 %), that of dropout no different to the digits shown (95 % interval 0.0 to 0.0 %).',
    );
  });
});

describe('persistenceSentence', () => {
  it('says when both arms are worse than the last value', () => {
    expect(ask([1, 1], { persistence: 0.25, noise: 0 }).beside).toBe(
      'Both are worse than repeating the last value: on average 2.00 times (pruning) and 2.00 times (dropout) its error. Neither is the thing to use.',
    );
  });

  it('says when both are better, and when only one is', () => {
    expect(ask([1, 1], { persistence: 0.6 }).beside).toMatch(/^Both are better than/);
    expect(ask([0.8, 0.8], { persistence: 0.45 }).beside).toMatch(
      /^pruning is better than repeating the last value, dropout is worse than/,
    );
    expect(ask([1.2, 1.2], { persistence: 0.55 }).beside).toMatch(
      /^pruning is worse than repeating the last value, dropout is better than/,
    );
  });

  it('claims no difference to the last value where it is small, or where blocks disagree', () => {
    expect(ask([1, 1], { persistence: 0.499 }).beside).toMatch(/^Neither can be told from .* 1\.00\d times/);
    expect(ask([0.5, 2], { persistence: 0.45, noise: 0 }).beside).toMatch(
      /^pruning cannot be told from repeating the last value, dropout is worse .*better in 2 and 0 of 4 blocks/,
    );
  });
});
