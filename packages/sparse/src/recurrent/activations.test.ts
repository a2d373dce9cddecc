import { describe, expect, it } from 'vitest';
import { activate } from './activations.js';

const numbers = Array.from({ length: 40_001 }, (_, i) => Math.fround((i - 20_000) / 1000));
numbers.push(...numbers.slice(0, 1000).map((x) => Math.fround(x * 1e-6)), 1e-30, -1e-30, 1e30, -1e30);

describe('activations in float32', () => {
  it.each([
    ['tanh', 2, Math.tanh],
    ['sigmoid', 3, (x: number) => 1 / (1 + Math.exp(-x))],
  ] as const)('%s is within four units in the last place', (_, which, exact) => {
    for (const x of numbers) {
      const expected = exact(x);
      const unit = Math.max(2 ** -24 * Math.abs(expected), 2 ** -149);
      // What lies beyond 87 is e^-87, not 0.
      const spare = Math.abs(x) > 80 ? 1e-37 : 0;
      expect(Math.abs(activate(which, x) - expected)).toBeLessThanOrEqual(8 * unit + spare);
    }
  });

  it('leave NaN, reach their limits, and keep the sign of 0', () => {
    for (const which of [0, 1, 2, 3, 4]) expect(activate(which, Number.NaN)).toBeNaN();
    expect(activate(2, Number.POSITIVE_INFINITY)).toBe(1);
    expect(activate(2, Number.NEGATIVE_INFINITY)).toBe(-1);
    expect(activate(3, Number.POSITIVE_INFINITY)).toBe(1);
    expect(activate(3, Number.NEGATIVE_INFINITY)).toBeLessThan(2e-38);
    expect(activate(2, -0)).toBe(-0);
  });
});
