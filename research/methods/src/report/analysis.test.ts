import { describe, expect, it } from 'vitest';
import { makePlan, specsOf } from '../plan.js';
import type { MethodSpec } from '../run.js';
import { keyOf } from '../run-kind.js';
import { analyse, type Run } from './analysis.js';
import { answerTexts } from './answer-text.js';
import { claimsOf, verdictOf } from './claims.js';

const plan = makePlan({
  quick: true,
  seeds: 3,
  methods: ['dense', 'zhu-gupta', 'rigl', 'set', 'random'],
  runtime: 'made up 1.0.0',
});

/** A comparison whose runs score so. */
function analysed(scoreOf: (spec: MethodSpec) => number | undefined) {
  const runs = new Map(
    specsOf(plan).flatMap((spec): [string, Run][] => {
      const score = scoreOf(spec);
      if (score === undefined) return [];
      const result = { score, loss: 1, weights: [], masks: null, steps: 1, seconds: 1, notices: [] };
      return [[keyOf(spec), { spec, result }]];
    }),
  );
  return analyse(plan, (key) => runs.get(key))[0]!;
}

/** Accuracies of seeds 42, 43 and 44. */
const SCORES: Readonly<Record<string, readonly number[]>> = {
  dense: [0.95, 0.96, 0.97],
  'zhu-gupta': [0.9, 0.91, 0.92],
  rigl: [0.92, 0.931, 0.939],
  set: [0.9, 0.9, 0.93],
  random: [0.5, 0.52, 0.48],
};
const scoreOf = ({ method, seed }: MethodSpec) => SCORES[method]![seed - 42];

describe('a comparison of made-up scores', () => {
  it('takes differences seed by seed to the best of those that need nothing but the weights', () => {
    const [level] = analysed(scoreOf).levels;
    expect(level!.best!.method).toBe('zhu-gupta');
    // Differences 0.02, 0.021, 0.019: mean 0.02, s 0.001, t(0.975, 2) = 4.302653.
    const { gain, p, adjusted } = level!.toBest.get('rigl')!;
    expect(gain.mean).toBeCloseTo(0.02, 12);
    expect(gain.interval!.high).toBeCloseTo(0.02 + (4.302653 * 0.001) / Math.sqrt(3), 8);
    // t = 0.02 √3 / 0.001 = 34.641; with two degrees p = 1 − t / √(2 + t²).
    const t = 20 * Math.sqrt(3);
    expect(p).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 10);
    // The smallest p of three comparisons: random's differences are −0.4, −0.39 and −0.44, t = −26.8.
    expect(adjusted).toBeCloseTo(3 * p!, 10);
  });

  it('says which is better, and by how much, in its first sentence', () => {
    const [first] = answerTexts(analysed(scoreOf));
    expect(first).toMatch(
      /^On held-out digits, these are shown to be better .*: RigL at 95\s% zeros, \+2\.00 points/,
    );
  });

  it('claims nothing where the intervals do not carry it', () => {
    const noisy = analysed((spec) =>
      spec.method === 'rigl' ? [0.9, 0.95, 0.91][spec.seed - 42] : scoreOf(spec),
    );
    expect(answerTexts(noisy)[0]).toMatch(/no method is shown to be better than the best simple one/);
  });

  it('claims nothing of differences that are all the same', () => {
    const same = analysed((spec) =>
      spec.method === 'rigl' ? SCORES['zhu-gupta']![spec.seed - 42]! + 0.01 : scoreOf(spec),
    );
    expect(same.levels[0]!.toBest.get('rigl')).toMatchObject({ p: null, adjusted: null });
    expect(answerTexts(same)[0]).toMatch(/no method is shown to be better/);
  });

  it('tries what others report', () => {
    const claims = claimsOf(analysed(scoreOf));
    const verdicts = claims.map(({ text, trials }) => [
      text,
      trials.map(({ difference }) => verdictOf(difference)),
    ]);
    // RigL less SET: 0.02, 0.031, 0.009; random less the next: −0.4, −0.38, −0.45.
    expect(verdicts).toEqual([
      ['RigL is at least as good as SET', ['not told apart']],
      ['Weights dropped by lot on a ramp come last', ['worse']],
    ]);
  });

  it('compares over the seeds that every method has run', () => {
    const partly = analysed((spec) =>
      spec.method === 'zhu-gupta' || spec.seed < 44 ? scoreOf(spec) : undefined,
    );
    expect(partly.levels[0]!.cells.map(({ bySeed }) => [...bySeed.keys()])).toEqual([
      [42, 43],
      [42, 43],
      [42, 43],
      [42, 43],
    ]);
    expect(partly.levels[0]!.best!.score.mean).toBeCloseTo(0.905, 12);
  });

  it('says that one seed says nothing, and what is missing', () => {
    const one = analysed((spec) => (spec.seed === 42 ? scoreOf(spec) : undefined));
    expect(answerTexts(one)[0]).toMatch(/one seed a method says nothing/);
    expect(one.missing).toBe(10);
    expect(answerTexts(analysed(() => undefined))).toEqual([
      'No method has finished a run on held-out digits.',
    ]);
  });
});
