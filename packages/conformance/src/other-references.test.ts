import { describe, expect, it } from 'vitest';
import { conformanceCases, registerConformance } from './index.js';
import {
  createBareHarness,
  createReadOnlyHarness,
  createWrappedHarness,
} from './testing/other-references.js';

const SMALL = { mostElements: 2 ** 18 };
const { harness: wrapped, told } = createWrappedHarness();

registerConformance(wrapped, { describe, it }, SMALL);
registerConformance(createReadOnlyHarness(), { describe, it }, SMALL);
registerConformance(createBareHarness(), { describe, it }, SMALL);

describe('a wrapped backend', () => {
  it('was asked for every verb, and its hooks were told of every change', () => {
    expect([...told.verbs].sort()).toEqual([
      'combine',
      'countBelow',
      'countKept',
      'createMask',
      'disposeMask',
      'disposePooled',
      'drop',
      'dropAndEnforce',
      'enforce',
      'findCut',
      'pool',
      'rankWithin',
      'read',
      'readMask',
      'spread',
      'writeMask',
    ]);
    expect(Math.min(told.writes, told.changes, told.disposed)).toBeGreaterThan(1000);
  });
});

describe('a backend that only looks at weights', () => {
  it('runs whatever chooses, and skips what zeroes, saying why', () => {
    const cases = conformanceCases(createReadOnlyHarness(), SMALL);
    const reason = 'the backend only looks at weights: its manifest is readOnly';
    const skipped = cases.filter(({ skip }) => skip === reason);
    expect(skipped.some(({ law }) => law === 5)).toBe(true);
    expect(
      cases.filter(({ skip, law }) => skip === undefined && [2, 3].includes(law)).length,
    ).toBeGreaterThan(150);
  });
});
