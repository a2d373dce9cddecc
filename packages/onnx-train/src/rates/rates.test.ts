import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  constantRate,
  cosineRate,
  oneCycleRate,
  polynomialRate,
  type RateSchedule,
  stepwiseRate,
  warmupRate,
} from './rates.js';

/** Made by testing/make-rate-figures.py. */
const figures = JSON.parse(
  readFileSync(new URL('../testing/rate-figures.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly number[]>>;
const ours: Readonly<Record<string, RateSchedule>> = {
  'warmup and cosine': warmupRate(cosineRate({ rate: 0.4, to: 0.01, steps: 16 }), { steps: 4, from: 0.25 }),
  polynomial: polynomialRate({ rate: 0.4, steps: 15, power: 2 }),
  stepwise: stepwiseRate({ rate: 0.4, every: 6, factor: 0.3 }),
  'one cycle': oneCycleRate({ rate: 0.4, steps: 20 }),
  'one cycle, told': oneCycleRate({ rate: 0.4, steps: 20, rise: 0.5, first: 0.1, last: 0.001 }),
};

describe('schedules of the learning rate', () => {
  for (const [name, rate] of Object.entries(ours)) {
    it(`agree with PyTorch to 1e-9: ${name}`, () => {
      for (const [step, theirs] of figures[name]!.entries()) {
        expect(Math.abs(rate(step) - theirs), `step ${step}`).toBeLessThan(1e-9);
      }
    });
  }
  it('stay where they end', () => {
    expect([20, 1000].map(cosineRate({ rate: 1, to: 0.25, steps: 20 }))).toEqual([0.25, 0.25]);
    expect([20, 1000].map(polynomialRate({ rate: 1, steps: 20 }))).toEqual([0, 0]);
    expect(oneCycleRate({ rate: 1, steps: 20 })(1000)).toBeCloseTo(1 / 25e4, 12);
    expect([0, 1000].map(constantRate(0.5))).toEqual([0.5, 0.5]);
  });
  it('refuse what is no rate, no count of steps, or unknown', () => {
    expect(() => constantRate(-1)).toThrow('constantRate needs rate of at least 0, got -1');
    expect(() => cosineRate({ rate: 1, steps: 0 })).toThrow('steps');
    expect(() => cosineRate({ rate: 1, step: 3 } as never)).toThrow('did you mean "steps"?');
    expect(() => warmupRate(constantRate(1), { steps: 3, from: 2 })).toThrow('from in [0, 1], got 2');
    expect(() => oneCycleRate({ rate: 1, steps: 2 })).toThrow('more than a step up and one down');
    expect(() => stepwiseRate({ rate: 1, every: 5, factor: 0 })).toThrow('factor above 0, got 0');
    expect(() => polynomialRate({ rate: Number.NaN, steps: 5 })).toThrow(RangeError);
  });
});
