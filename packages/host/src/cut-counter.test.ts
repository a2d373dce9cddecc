import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCutCounter } from './cut-counter.js';

const magnitude = fc.oneof(
  fc.integer({ min: 0, max: 0x7fffffff }),
  fc.constantFrom(0, 1, 0x3f800000, 0x7fffffff),
);

it('counts what a loop over all elements and magnitudes counts, wherever the magnitudes lie', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(magnitude, { maxLength: 70 }), { maxLength: 3 }),
      fc.array(fc.oneof(magnitude, fc.constant(0x80000000)), { maxLength: 12 }),
      fc.nat(),
      (stretches, unsorted, seed) => {
        const magnitudes = unsorted.toSorted((a, b) => a - b);
        const counter = createCutCounter(magnitudes);
        const kept: number[] = [];
        for (const stretch of stretches) {
          const words = new Int32Array(Math.ceil(stretch.length / 32));
          for (const [i, value] of stretch.entries()) {
            if ((Math.imul(seed + i, 0x9e3779b1) & 0x10000) === 0) continue;
            words[i >> 5]! |= 1 << (i % 32);
            kept.push(value);
          }
          // Every other element is negative, which does not count.
          counter.add(
            Int32Array.from(stretch, (value, i) => (i % 2 === 0 ? value : value | 0x80000000)),
            words,
          );
        }
        expect(counter.counts()).toEqual(
          magnitudes.map((limit) => kept.filter((value) => value < limit).length),
        );
      },
    ),
  );
});
