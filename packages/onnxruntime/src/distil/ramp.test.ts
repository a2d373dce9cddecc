import { describe, expect, it } from 'vitest';
import { createRamp } from './ramp.js';

const run = (unexplained: (progress: number) => number, { from = 0, to = 0.5 } = {}) => {
  const ramp = createRamp({ from, to, mark: 0.1 });
  const sparsities = Array.from({ length: 101 }, (_, i) =>
    ramp.next(i / 100, i === 0 ? undefined : unexplained(i / 100)),
  );
  return { ramp, sparsities };
};

describe('a ramp', () => {
  it('is at its end after two fifths of the run where it never waits, fast at first', () => {
    const { ramp, sparsities } = run(() => 0);
    expect(sparsities[0]).toBe(0);
    expect(sparsities[20]).toBeCloseTo(0.4375, 9);
    expect(sparsities[39]).toBeLessThan(0.5);
    expect(sparsities[41]).toBe(0.5);
    expect([ramp.done, ramp.hurried]).toEqual([true, 0]);
  });

  it('stands still while too much is unexplained, and goes on from there', () => {
    const { ramp, sparsities } = run((progress) => (progress > 0.1 && progress < 0.2 ? 0.3 : 0.05));
    expect(sparsities[19]).toBe(sparsities[10]);
    expect(sparsities[25]).toBeGreaterThan(sparsities[19]!);
    expect(sparsities[55]).toBe(0.5);
    expect(ramp.hurried).toBe(0);
  });

  it('is at its end after two thirds of the run whatever the loss, and says so', () => {
    const { ramp, sparsities } = run(() => 0.9);
    expect(sparsities[25]).toBe(sparsities[1]);
    expect(sparsities[45]).toBeGreaterThan(0.2);
    expect(sparsities[65]).toBe(0.5);
    expect(ramp.hurried).toBeGreaterThan(10);
  });

  it('waits for a loss that is not finite', () => {
    const { sparsities } = run(() => Number.NaN);
    expect(sparsities[25]).toBe(0);
  });

  it('never falls, and is done at once where there is nothing to prune', () => {
    const { sparsities } = run((progress) => (Math.round(progress * 10) % 2 === 0 ? 0 : 0.5));
    sparsities.slice(1).forEach((sparsity, i) => {
      expect(sparsity).toBeGreaterThanOrEqual(sparsities[i]!);
    });
    const { ramp } = run(() => 0, { from: 0.6, to: 0.6 });
    expect([ramp.done, ramp.next(0, undefined)]).toEqual([true, 0.6]);
  });
});
