import { describe, expect, it } from 'vitest';
import { conformanceCases } from './index.js';
import type { BrokenBackend } from './testing/broken-backend.js';
import { brokenCounts } from './testing/broken-counts.js';
import { brokenMasks } from './testing/broken-masks.js';
import { brokenOrders } from './testing/broken-orders.js';
import { brokenReports } from './testing/broken-reports.js';
import { brokenResources } from './testing/broken-resources.js';
import { brokenResumes } from './testing/broken-resumes.js';
import { brokenUnits } from './testing/broken-units.js';
import { brokenZeros } from './testing/broken-zeros.js';
import { CAUGHT_BY } from './testing/caught-by.js';
import { createReferenceHarness } from './testing/reference-harness.js';

const BROKEN = [
  ...brokenCounts,
  ...brokenOrders,
  ...brokenMasks,
  ...brokenZeros,
  ...brokenResources,
  ...brokenResumes,
  ...brokenReports,
  ...brokenUnits,
];

/** What the first case of the broken law to fail fails with. The case that caught it the last time goes first. */
async function firstFailure({ law, name, change }: BrokenBackend): Promise<unknown> {
  const cases = conformanceCases(createReferenceHarness(change)).filter((one) => one.law === law);
  const first = cases.filter((one) => one.name === CAUGHT_BY[`${law} ${name}`]);
  for (const one of [...first, ...cases]) {
    if (one.skip !== undefined) continue;
    try {
      await one.run();
    } catch (error) {
      return error;
    }
  }
  return undefined;
}

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('law %i', (law) => {
  it.each(BROKEN.filter((broken) => broken.law === law))('catches a backend that $name', async (broken) => {
    const failure = await firstFailure(broken);
    expect(failure).toBeInstanceOf(Error);
    // An error of JavaScript's own would mean that the case stumbled rather than found something.
    expect(failure).not.toBeInstanceOf(TypeError);
  });

  it('has a broken backend', () => {
    expect(BROKEN.filter((broken) => broken.law === law).length).toBeGreaterThanOrEqual(3);
  });
});
