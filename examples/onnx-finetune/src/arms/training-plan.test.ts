import { describe, expect, it } from 'vitest';
import { learningRateOf, recipesOf, sparsityOf, targetsOf, updatesOf } from './training-plan.js';

const planOf = (steps: number) => ({
  recipes: recipesOf([0.5, 0.9], steps, { every: 4, floor: 0.1 }),
  steps,
  learningRate: 0.01,
});
const plan = planOf(20);

it('has a recipe for each sparsity, alike but for their schedules', () => {
  const ramp = { kind: 'polynomialDecay', from: 0, to: 0.5, start: 0, end: 8 };
  expect(plan.recipes).toEqual([
    { schedule: ramp, every: 4, floor: 0.1 },
    { schedule: { ...ramp, from: 0.5, to: 0.9, start: 20, end: 28 }, every: 4, floor: 0.1 },
  ]);
  expect(targetsOf(plan)).toEqual([0.5, 0.9]);
});

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

describe('updatesOf', () => {
  it('updates every four steps of the rise and at its height, then leaves the masks alone', () => {
    const isUpdate = updatesOf(plan);
    expect(Array.from({ length: 40 }, (_, step) => step).filter(isUpdate)).toEqual([0, 4, 8, 20, 24, 28]);
  });

  it('goes on where something grows back', () => {
    const regrow = { by: { kind: 'random', seed: 1 }, fraction: 0.1 } as const;
    const [recipe] = plan.recipes;
    const isUpdate = updatesOf({ ...plan, recipes: [{ ...recipe!, every: 5, regrow }] });
    expect(Array.from({ length: 20 }, (_, step) => step).filter(isUpdate)).toEqual([0, 5, 8, 10, 15]);
  });

  it('reaches the sparsity in the shortest of stages', () => {
    for (const count of [2, 3, 5, 7]) {
      const short = planOf(count);
      const isUpdate = updatesOf(short);
      const reached = [0, 1].map((stage) => {
        const steps = Array.from({ length: count }, (_, at) => stage * count + at);
        return sparsityOf(short)(steps.findLast(isUpdate)!);
      });
      expect(reached).toEqual([0.5, 0.9]);
    }
  });
});
