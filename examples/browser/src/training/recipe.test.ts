import { describe, expect, it } from 'vitest';
import { createBatches } from './batches';
import { followTarget, recipeOf } from './recipe';

describe('a recipe', () => {
  it('learns first, prunes in the middle and recovers at the end', () => {
    const ramp = { kind: 'polynomialDecay', from: 0, to: 0.9 };
    expect(recipeOf(900, 0.9)).toEqual({ schedule: { ...ramp, start: 270, end: 720 }, every: 15 });
    expect(recipeOf(10, 0.9)).toEqual({ schedule: { ...ramp, start: 2, end: 8 }, every: 2 });
  });

  it('follows a target that moves', () => {
    let target = 0.8;
    // From step 30 to step 80.
    const schedule = followTarget(100, () => target);
    expect([schedule(29), schedule(80)]).toEqual([0, 0.8]);
    target = 0.5;
    expect(schedule(95)).toBe(0.5);
    // 1 − (1 − 0.5)³ = 0.875 of the way.
    expect(schedule(55)).toBeCloseTo(0.4375, 12);
    target = 0;
    expect(schedule(95)).toBe(0);
  });
});

describe('batches', () => {
  it('depend on nothing but the step', () => {
    const [forwards, at] = [createBatches(10, 3, 7), createBatches(10, 3, 7)];
    const all = Array.from({ length: 9 }, (_, step) => [...forwards(step)]);
    for (const step of [8, 0, 4, 4, 7]) expect([...at(step)]).toEqual(all[step]);
  });

  it('meet no example twice in an epoch, and take another order in the next', () => {
    const batch = createBatches(12, 4, 1);
    const epoch = (first: number) => [0, 1, 2].flatMap((step) => [...batch(first + step)]);
    expect([...epoch(0)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(epoch(3)).not.toEqual(epoch(0));
  });

  it('need enough examples', () => {
    expect(() => createBatches(3, 4, 1)).toThrow(/a batch of 4 needs as many examples, got 3/);
  });
});
