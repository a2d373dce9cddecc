import { createRandom } from '../../specimens/random.js';
import { fromBits, type Specimen } from '../../specimens/specimens.js';
import { expectAtMost } from '../../stand/expect.js';
import { createRun, type PrunerRun, type RunOptions } from '../../stand/pruner-run.js';
import type { Stand } from '../../stand/stand.js';
import { type CaseDefinition, SCORES } from '../case.js';

/*
 * Law 6: counts leave the device, elements never. The weight has 2¹⁸ elements: 1 MiB of floats, 32 KiB at one
 * bit an element. An update may read UPDATE_BYTES, which is room for the counts of any search (4 rounds of 255
 * magnitudes are 4 KiB) but not for one bit an element. Enforcing needs to read nothing; ENFORCE_BYTES is room
 * for a status.
 */
const ELEMENTS = 2 ** 18;
const UPDATE_BYTES = 2 ** 14;
const ENFORCE_BYTES = 2 ** 10;

/** Law 6: nothing large leaves the device. */
export const smallReadCases: readonly CaseDefinition[] = [
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 6,
      name: `reads back counts only, in an update by the score ${score}`,
      needs: { hooks: ['bytesRead'], score, elements: ELEMENTS },
      check: (stand) => expectSmallUpdate(stand, { targets: [0.5], score }),
    }),
  ),
  {
    law: 6,
    name: 'reads back counts only, in an update by rule published',
    needs: { hooks: ['bytesRead'], elements: ELEMENTS },
    check: (stand) => expectSmallUpdate(stand, { targets: [0.5], rule: 'published' }),
  },
  {
    law: 6,
    name: 'reads back counts only, in a uniform update with a floor',
    needs: { hooks: ['bytesRead'], elements: ELEMENTS },
    check: (stand) => expectSmallUpdate(stand, { targets: [0.5], distribution: 'uniform', floor: 0.1 }),
  },
  {
    law: 6,
    name: 'reads back counts only, in an update that starts from zeros and lets weights wait',
    needs: { hooks: ['bytesRead'], elements: ELEMENTS },
    check: (stand) => expectSmallUpdate(stand, { targets: [0.5], untrained: 'wait', keepZeros: true }),
  },
  {
    law: 6,
    name: 'reads back counts only, in an update of blocks and of channels',
    needs: { hooks: ['bytesRead'], elements: ELEMENTS, verbs: ['pool', 'spread'] },
    check: async (stand) => {
      await expectSmallUpdate(stand, { targets: [0.5], pattern: { kind: 'block', shape: [4, 4] } });
      await expectSmallUpdate(stand, { targets: [0.5], pattern: { kind: 'channel', axis: 1 } });
    },
  },
  {
    law: 6,
    name: 'reads back counts only, in an update that keeps 2 of 4',
    needs: { hooks: ['bytesRead'], elements: ELEMENTS, verbs: ['rankWithin', 'combine'] },
    check: (stand) =>
      expectSmallUpdate(stand, { targets: [0.25], pattern: { kind: 'n:m', keep: 2, of: 4, axis: 1 } }),
  },
  {
    law: 6,
    name: 'reads back counts only, in an update that regrows',
    needs: { hooks: ['bytesRead'], elements: ELEMENTS, verbs: ['combine'], score: 'random' },
    check: (stand) =>
      expectSmallUpdate(stand, { targets: [0.5], regrow: { by: 'random', fractions: [0.3] } }),
  },
  {
    law: 6,
    name: 'reads back no elements when it enforces, reports or restores',
    needs: { hooks: ['bytesRead'], elements: ELEMENTS, zeroing: true },
    check: async (stand) => {
      const run = await createLargeRun(stand, { targets: [0.5] });
      await run.pruner.update(0);
      const limits = { enforce: ENFORCE_BYTES, report: UPDATE_BYTES, restore: UPDATE_BYTES };
      const state = await run.pruner.save();
      expectAtMost('bytes read by enforce', await bytesReadBy(stand, run.pruner.enforce), limits.enforce);
      expectAtMost('bytes read by report', await bytesReadBy(stand, run.pruner.report), limits.report);
      const restoring = bytesReadBy(stand, () => run.pruner.restore(state));
      expectAtMost('bytes read by restore', await restoring, limits.restore);
    },
  },
  {
    law: 6,
    name: 'reads masks, and masks alone, when it saves',
    needs: { hooks: ['bytesRead'], elements: ELEMENTS },
    check: async (stand) => {
      const run = await createLargeRun(stand, { targets: [0.5] });
      await run.pruner.update(0);
      // A device without bits may have to read a byte an element, but no float.
      expectAtMost('bytes read by save', await bytesReadBy(stand, run.pruner.save), ELEMENTS + UPDATE_BYTES);
    },
  },
];

function createLargeRun(stand: Stand, options: RunOptions): Promise<PrunerRun> {
  return createRun(stand, [largeSpecimen()], options);
}

/** Finite values of all exponents. What they are does not matter here, and this is quick. */
function largeSpecimen(): Specimen {
  const random = createRandom(41);
  const values = fromBits(ELEMENTS, () => random.integer(0x7f800000));
  return { name: 'large', shape: [512, ELEMENTS / 512], values, scores: values.toReversed() };
}

async function expectSmallUpdate(stand: Stand, options: RunOptions): Promise<void> {
  const { pruner } = await createLargeRun(stand, options);
  const bytes = await bytesReadBy(stand, () => pruner.update(0));
  expectAtMost(`bytes read by an update of ${ELEMENTS} elements`, bytes, UPDATE_BYTES);
  if (stand.manifest.readOnly === true) return;
  const enforcing = await bytesReadBy(stand, () => pruner.enforce());
  expectAtMost(`bytes read by enforce on ${ELEMENTS} elements`, enforcing, ENFORCE_BYTES);
}

async function bytesReadBy({ harness }: Stand, call: () => Promise<unknown>): Promise<number> {
  const before = harness.bytesRead!();
  await call();
  return harness.bytesRead!() - before;
}
