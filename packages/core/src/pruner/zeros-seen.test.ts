import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantSparsity } from '../schedule/index.js';
import { arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import type { ArrayOptions } from '../testing/prune.js';
import { createPruner } from './pruner.js';

/** A first update where weights lie in main memory, or where nobody knows where they lie. */
async function firstUpdate(given: readonly (readonly number[])[], options: ArrayOptions, inMemory: boolean) {
  let looked = 0;
  const array = createArrayBackend();
  const backend: typeof array = {
    ...array,
    countBelow: (items, magnitudes) => {
      looked += 1;
      return array.countBelow(items, magnitudes);
    },
    ...(inMemory && {
      extent: ({ values: { buffer, byteOffset, byteLength } }) => ({
        memory: buffer,
        byteOffset,
        byteLength,
      }),
    }),
  };
  const pruner = createPruner({
    weights: given.map((each, i) => ({ name: `w${i}`, weight: arrayWeight(...each) })),
    schedule: constantSparsity(0.5),
    ...options,
    backend,
  });
  const result = await pruner.update(0);
  const masks = (await pruner.masks()).map(({ bits }) => [...bits]);
  return { result, masks, looked };
}

describe('a first update of weights in main memory', () => {
  it('tells and drops what it does elsewhere, where zeros are counted first', async () => {
    const value = fc.constantFrom(0, 0, -0, 1, -1, 2, 3, 1e-40, Number.NaN, -7);
    const options: fc.Arbitrary<ArrayOptions> = fc.record({
      schedule: fc.double({ min: 0, max: 0.8, noNaN: true }).map(constantSparsity),
      distribution: fc.constantFrom('global' as const, 'uniform' as const),
      untrained: fc.constantFrom('rank' as const, 'wait' as const),
      floor: fc.constantFrom(0, 0.2),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(value, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        options,
        async (given, how) => {
          const of = (inMemory: boolean) =>
            firstUpdate(given, how, inMemory).then(
              ({ result, masks }) => ({ result, masks }),
              (error: unknown) => String(error),
            );
          expect(await of(true)).toEqual(await of(false));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('counts no zeros where every weight is seen to hold something and the cut is above zero', async () => {
    const given = [
      [0, 0.5, 3, 4],
      [1, 2, 0, 5],
    ];
    expect(await firstUpdate(given, {}, true)).toMatchObject({ looked: 0, result: { notices: [] } });
    expect(await firstUpdate(given, {}, false)).toMatchObject({ looked: 2, result: { notices: [] } });
    // A weight of zeros is to be told of; one that is zero where it begins may be one.
    const { looked, result } = await firstUpdate([...given, [0, 0]], {}, true);
    expect(looked).toBe(2);
    expect(result.notices.map(({ code }) => code)).toEqual(['weight-emptied', 'untrained-ranked']);
  });
});
