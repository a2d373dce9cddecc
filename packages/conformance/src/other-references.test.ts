import { createPruner } from '@synaprune/core';
import { describe, expect, inject, it } from 'vitest';
import { conformanceCases, registerConformance } from './index.js';
import {
  createBareHarness,
  createReadOnlyHarness,
  createWrappedHarness,
} from './testing/other-references.js';

const SMALL = { mostElements: 2 ** 18 };
const { harness: wrapped, told } = createWrappedHarness();

// The whole reference, wrapped, and what stays of it; it runs through all of the kit.
const part = inject('kitPart');
registerConformance(wrapped, { describe, it }, { ...SMALL, part });
registerConformance(createReadOnlyHarness(), { describe, it }, { ...SMALL, part });
registerConformance(createBareHarness(), { describe, it }, { ...SMALL, part });

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

describe('a backend with neither the verbs of a pattern nor read', () => {
  it.each([
    [{ kind: 'block', shape: [2, 2] }, 'needs the verbs pool and spread'],
    [{ kind: 'channel', axis: 0 }, 'needs the verbs pool and spread'],
    [{ kind: 'n:m', keep: 2, of: 4, axis: 1 }, 'needs the verbs rankWithin'],
  ] as const)('is refused the pattern %o by name, and nothing has changed', async (pattern, message) => {
    const harness = createBareHarness();
    const weight = await harness.createWeight(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 4]);
    const pruner = createPruner({
      backend: await harness.createBackend(),
      weights: [{ name: 'kernel', weight }],
      schedule: () => 0.5,
      pattern,
    });
    await expect(pruner.update(0)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(message),
    });
    expect((await pruner.masks())[0]!.kept).toBe(8);
    expect([...(await harness.readWeight(weight))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    pruner.dispose();
  });
});
