import { describe, expect, inject, it } from 'vitest';
import { conformanceCases, registerConformance } from './index.js';
import { createReferenceHarness } from './testing/reference-harness.js';

// The largest case is for kernels, which the host's are.
registerConformance(
  createReferenceHarness(),
  { describe, it },
  inject('whole') ? {} : { mostElements: 2 ** 20 },
);

describe('the kit', () => {
  const cases = conformanceCases(createReferenceHarness());

  it('has several cases for every law, in the order of the laws', () => {
    const laws = cases.map(({ law }) => law);
    expect(laws).toEqual(laws.toSorted((a, b) => a - b));
    for (const law of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      expect(laws.filter((other) => other === law).length).toBeGreaterThanOrEqual(4);
    }
  });

  it('names every case once', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it('skips nothing of a backend that can do everything but what it is not: one that only looks', () => {
    const reasons = new Set(cases.flatMap(({ skip }) => skip ?? []));
    expect([...reasons]).toEqual(['the backend zeroes weights: its manifest is not readOnly']);
  });
});
