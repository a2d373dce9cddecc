import { countKeptBelow, cutAt, rankKept } from '../../oracle/model.js';
import {
  createSpecimens,
  fromBits,
  gaussian,
  heavyTies,
  mixed,
  SHAPES,
  specimenOf,
  UNEQUAL_SHAPES,
} from '../../specimens/specimens.js';
import { expectSame } from '../../stand/expect.js';
import { expectOrder } from '../../stand/expect-order.js';
import { expectFingerprint } from '../../stand/fingerprint.js';
import { createRun, type RunOptions } from '../../stand/pruner-run.js';
import type { Stand } from '../../stand/stand.js';
import { createSubjects, itemOf } from '../../stand/subject.js';
import { type CaseDefinition, SCORES } from '../case.js';

/** Law 3: equal weights in, equal masks out, bit for bit, on every backend. */
export const sameMaskCases: readonly CaseDefinition[] = [
  ...SCORES.flatMap((score) =>
    (['global', 'uniform'] as const).map(
      (distribution): CaseDefinition => ({
        law: 3,
        name: `makes the masks of a full sort all through a run: ${distribution}, score ${score}`,
        needs: { score },
        check: (stand) => followRun(stand, { targets: [0.1, 0.5, 0.5, 0.9], distribution, score }),
      }),
    ),
  ),
  {
    law: 3,
    name: 'makes the masks of a full sort all through a run: erk',
    check: (stand) => followRun(stand, { targets: [0.1, 0.5, 0.9], distribution: 'erk' }),
  },
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 3,
      name: `makes the masks of a full sort all through a run: lamp, score ${score}`,
      needs: { score, verbs: ['read'] },
      check: (stand) => followRun(stand, { targets: [0.1, 0.5, 0.9], distribution: 'lamp', score }),
    }),
  ),
  {
    law: 3,
    name: 'leaves every weight its floor, by lamp',
    needs: { verbs: ['read'] },
    check: (stand) => followRun(stand, { targets: [0.3, 0.7], distribution: 'lamp', floor: 0.25 }),
  },
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 3,
      name: `makes the masks of the published program by rule published, score ${score}`,
      needs: { score },
      check: (stand) =>
        followRun(stand, { targets: [0, 0.3, 0.31, 0.8, 0.99, 1.2], rule: 'published', score }),
    }),
  ),
  {
    law: 3,
    name: 'lets weights with nothing left fall out of the published total',
    check: async (stand) => {
      // The first weight holds the lowest of all, and is gone after the first update.
      const [low, ...others] = createSpecimens(gaussian, [[7], [33], [65]]);
      const specimens = [{ ...low!, values: low!.values.map((value) => value * 1e-6) }, ...others];
      const run = await createRun(stand, specimens, { targets: [0.2, 0.3, 0.5], rule: 'published' });
      for (const position of [0, 1, 2]) {
        await run.update(position);
        await run.verify(`position ${position}`);
      }
    },
  },
  {
    law: 3,
    name: 'ranks subnormals as the manifest says',
    check: async (stand) => {
      const bits = [0x00800000, 0x007fffff, 0x80000002, 1, 0, 0x80000000, 0x00400000, 0x80800001];
      const values = fromBits(bits.length, (i) => bits[i]!);
      await expectOrder(stand, [specimenOf('small', values)], [1, 2, 3, 4, 5, 6, 7]);
    },
  },
  {
    law: 3,
    name: 'makes the masks that every other backend makes, by their fingerprints',
    check: async (stand) => {
      const targets = [0.3, 0.7];
      await expectFingerprint(stand, 'global', { targets }, GLOBAL);
      await expectFingerprint(stand, 'uniform', { targets, distribution: 'uniform' }, UNIFORM);
      await expectFingerprint(stand, 'published', { targets, rule: 'published' }, PUBLISHED);
    },
  },
  {
    law: 3,
    name: 'has the digest that every other backend has',
    check: async (stand) => {
      const run = await createRun(stand, createSpecimens(mixed, SHAPES, 13), { targets: [0.3, 0.7] });
      expectSame('digest before the first update', await run.pruner.digest(), DIGESTS[0]);
      for (const position of [0, 1]) await run.update(position);
      expectSame('digest after two updates', await run.pruner.digest(), DIGESTS[1]);
    },
  },
  {
    law: 3,
    name: 'makes the masks that every other backend makes by random scores, by their fingerprint',
    needs: { score: 'random' },
    check: async (stand) => {
      await expectFingerprint(stand, 'random', { targets: [0.3, 0.7], score: 'random' }, RANDOM);
    },
  },
  {
    law: 3,
    name: 'answers calls made together as calls made one by one',
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(heavyTies, [[33], [65], [8]]));
      const items = subjects.map((subject) => itemOf(subject));
      const [cuts, counts] = await Promise.all([
        Promise.all(items.map((item) => stand.backend.findCut([item], 5))),
        Promise.all(items.map((item) => stand.backend.countBelow([item], [0x3f800000]))),
      ]);
      for (const [i, subject] of subjects.entries()) {
        const needed = cutAt(rankKept([subject], 'magnitude', stand.manifest), 5);
        expectSame(`magnitude of the cut of ${subject.name}`, cuts[i]!.magnitude, needed.magnitude);
        expectSame(`ties of the cut of ${subject.name}`, cuts[i]!.ties, needed.ties);
        const below = countKeptBelow(subject, 'magnitude', stand.manifest, 0x3f800000);
        expectSame(`elements of ${subject.name} below 1`, counts[i]![0]![0], below);
      }
    },
  },
];

const GLOBAL = '87f5f346';
const UNIFORM = 'f4bc4c5f';
const PUBLISHED = 'ace14cf9';
const RANDOM = '2a7d2f07';
const DIGESTS = ['none:0d7f05fdbb2694e9', '1:b17c0471a85d882d'];

/** Goes through a run and compares with the oracle at every position, optimizer steps between. */
async function followRun(stand: Stand, options: RunOptions): Promise<void> {
  for (const shapes of [SHAPES, UNEQUAL_SHAPES]) {
    const run = await createRun(stand, createSpecimens(mixed, shapes, 7), options);
    for (const position of options.targets.keys()) {
      await run.update(position);
      await run.verify(`position ${position}`);
      await run.step(position);
      await run.enforce();
      await run.verify(`position ${position}, after a step`);
    }
  }
}
