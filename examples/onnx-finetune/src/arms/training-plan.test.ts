import { describe, expect, it } from 'vitest';
import { isUpdate, learningRateOf, sparsityOf } from './training-plan.js';

const plan = { sparsities: [0.5, 0.9], steps: 20, rising: 0.4, learningRate: 0.01 };

describe('sparsityOf', () => {
  const at = sparsityOf(plan);

  it('reaches each sparsity after the rising part of its stage, and holds it', () => {
    expect([at(8), at(12), at(19)]).toEqual([0.5, 0.5, 0.5]);
    expect([at(28), at(39), at(400)]).toEqual([0.9, 0.9, 0.9]);
  });

  it('starts each stage where the one before ended, and never falls', () => {
    expect(at(0)).toBe(0);
    expect(at(20)).toBe(0.5);
    for (let step = 1; step < 45; step += 1) expect(at(step)).toBeGreaterThanOrEqual(at(step - 1));
  });
});

describe('learningRateOf', () => {
  const at = learningRateOf(plan);

  it('starts each stage at its height and ends it near a hundredth', () => {
    for (const first of [0, 20]) {
      expect(at(first)).toBeCloseTo(0.01, 12);
      expect(at(first + 19)).toBeLessThan(0.0002);
      expect(at(first + 19)).toBeGreaterThan(0.0001);
    }
  });

  it('warms up where a stage is long enough', () => {
    const long = learningRateOf({ ...plan, steps: 100 });
    expect(long(0)).toBeCloseTo(0.002, 6);
    expect(long(4)).toBeGreaterThan(long(0));
  });
});

describe('isUpdate', () => {
  it('updates every four steps of the rise and at its height, then leaves the masks alone', () => {
    const steps = Array.from({ length: 40 }, (_, step) => step).filter((step) => isUpdate(plan, step));
    expect(steps).toEqual([0, 4, 8, 20, 24, 28]);
  });

  it('reaches the sparsity in the shortest of stages', () => {
    for (const count of [2, 3, 5, 7]) {
      const short = { ...plan, steps: count };
      const reached = [0, 1].map((stage) => {
        const steps = Array.from({ length: count }, (_, at) => stage * count + at);
        return sparsityOf(short)(steps.findLast((step) => isUpdate(short, step))!);
      });
      expect(reached).toEqual([0.5, 0.9]);
    }
  });
});
