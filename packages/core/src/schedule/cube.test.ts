import { describe, expect, it } from 'vitest';
import { cube } from './cube.js';

/** p³ rounded once, by integers: p = n · 2⁻ᵏ exactly, so p³ = n³ · 2⁻³ᵏ, and Number() rounds a BigInt once. */
function exactCube(p: number): number {
  const scaled = BigInt(p * 2 ** 53);
  return Number(scaled ** 3n) / 2 ** 53 / 2 ** 53 / 2 ** 53;
}

describe('cube', () => {
  it('is rounded once, for every fraction that a ramp meets', () => {
    for (let horizon = 1; horizon <= 200; horizon += 1) {
      for (let step = 0; step <= horizon; step += 1) {
        // Below 1/32 a fraction need not be a multiple of 2⁻⁵³, and the oracle would round it.
        if (step / horizon >= 2 ** -5) expectSame(step / horizon);
      }
    }
  });

  function expectSame(p: number): void {
    const multiple = Math.round(p * 2 ** 53) / 2 ** 53;
    expect(cube(multiple)).toBe(exactCube(multiple));
  }

  it.each([
    [0, 0],
    [0.5, 0.125],
    [1, 1],
  ])('of %s is %s', (p, expected) => {
    expect(cube(p)).toBe(expected);
  });
});
