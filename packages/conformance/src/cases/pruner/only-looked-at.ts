import { createSpecimens, mixed, SHAPES } from '../../specimens/specimens.js';
import { expectPruneError, expectSame, expectSameBits } from '../../stand/expect.js';
import { createRun, type RunOptions } from '../../stand/pruner-run.js';
import type { Stand } from '../../stand/stand.js';
import type { CaseDefinition } from '../case.js';
import { SOME_PATTERNS } from '../patterns.js';

/** Law 5 where weights are only looked at, as those of a file that is written afterwards: they stay as they are. */
export const onlyLookedAtCases: readonly CaseDefinition[] = [
  {
    law: 5,
    name: 'chooses in the masks and leaves every weight as it is, bit for bit',
    needs: { zeroing: false },
    check: (stand) => expectUntouched(stand, SHAPES, { targets: [0.3, 0.8] }),
  },
  ...SOME_PATTERNS.map(
    ({ name, pattern, shapes, limit, needs }): CaseDefinition => ({
      law: 5,
      name: `leaves every weight as it is where it chooses ${name}`,
      needs: { ...needs, zeroing: false },
      check: (stand) => expectUntouched(stand, shapes, { targets: [0.3 * limit, limit], pattern }),
    }),
  ),
  {
    law: 5,
    name: 'refuses to enforce what it only looks at',
    needs: { zeroing: false },
    check: async (stand) => {
      const run = await createRun(stand, createSpecimens(mixed), { targets: [0.5] });
      await run.update(0);
      await expectPruneError('enforce', () => run.pruner.enforce(), 'unsupported');
      await expectPruneError('enforceSync', () => run.pruner.enforceSync(), 'unsupported', 'asynchronous');
      await run.verify('after the refusals');
    },
  },
];

async function expectUntouched(
  stand: Stand,
  shapes: readonly (readonly number[])[],
  options: RunOptions,
): Promise<void> {
  const specimens = createSpecimens(mixed, shapes);
  const run = await createRun(stand, specimens, options);
  for (const position of options.targets.keys()) {
    await run.update(position);
    await run.verify(`position ${position}`);
    expectSame('weights', run.weights.length, specimens.length);
    for (const [i, { weight, name }] of run.weights.entries()) {
      const got = await stand.harness.readWeight(weight);
      expectSameBits(`${name}, which is only looked at`, got, specimens[i]!.values, stand.manifest);
    }
  }
}
