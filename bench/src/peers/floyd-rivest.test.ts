import fc from 'fast-check';
import { expect, it } from 'vitest';
import { floydRivest } from './floyd-rivest.js';

it('finds what sorting finds', () => {
  const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.float({ noNaN: true }));
  const array = fc.oneof(
    fc.array(value, { minLength: 1, maxLength: 50 }),
    fc.array(value, { minLength: 601, maxLength: 3000, size: 'max' }),
  );
  fc.assert(
    fc.property(array, fc.nat(), (list, draw) => {
      const rank = draw % list.length;
      const sorted = Float32Array.from(list).sort();
      expect(floydRivest(Float32Array.from(list), rank) === sorted[rank]).toBe(true);
    }),
  );
});
