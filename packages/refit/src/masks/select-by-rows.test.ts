import fc from 'fast-check';
import { expect, it } from 'vitest';
import { selectByRows } from './select-by-rows.js';
import { selectUnits } from './select-units.js';

it('drops by rows what core drops of as many weights, ties and zeros included', async () => {
  const layers = fc.record({
    rows: fc.integer({ min: 1, max: 6 }),
    features: fc.integer({ min: 1, max: 40 }),
    sparsity: fc.double({ min: 0, max: 1, noNaN: true }),
    digits: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 240, maxLength: 240 }),
  });
  await fc.assert(
    fc.asyncProperty(layers, async ({ rows, features, sparsity, digits }) => {
      const scores = Float32Array.from(digits.slice(0, rows * features), (digit) => digit / 3);
      const got = selectByRows(scores, features, sparsity);
      const each = Array.from({ length: rows }, (_, row) =>
        scores.slice(row * features, (row + 1) * features),
      );
      expect(got).toEqual(await selectUnits(each, [1, features], sparsity, { kind: 'element' }));
    }),
    { seed: 6 },
  );
});
