import { PruneError } from '@synaprune/core';
import { zeroDropped } from '../../oracle/model.js';
import { createRandom } from '../../specimens/random.js';
import { createSpecimens, FILLINGS, mixed, SIZES, specimenOf } from '../../specimens/specimens.js';
import { prune } from '../../stand/prune.js';
import { createRun } from '../../stand/pruner-run.js';
import type { Stand } from '../../stand/stand.js';
import {
  createSubjects,
  expectMasks,
  expectWeights,
  groupOf,
  itemOf,
  maskSubject,
  type Subject,
  writeSubject,
} from '../../stand/subject.js';
import type { CaseDefinition } from '../case.js';

const { NaN: NAN, POSITIVE_INFINITY: INFINITY } = Number;
const SPECIALS = Float32Array.of(-0, NAN, INFINITY, -INFINITY, 1e-40, -1e-45, 3e38, -1, 0, 1.1754944e-38);

const cases: readonly CaseDefinition[] = [
  ...FILLINGS.map(
    (filling): CaseDefinition => ({
      law: 5,
      name: `enforces +0 and touches nothing else: ${filling.name}`,
      check: async (stand) => {
        const subjects = await createSubjects(stand, createSpecimens(filling));
        await maskAlternately(stand, subjects, 3);
        await stand.backend.enforce(subjects.map((subject) => itemOf(subject)));
        zeroDropped(subjects);
        await expectWeights(stand, 'enforced', subjects);
      },
    }),
  ),
  {
    law: 5,
    name: 'turns dropped NaN, infinities, -0 and subnormals into +0 and keeps kept ones as they are',
    check: async (stand) => {
      for (const every of [1, 2, 3]) {
        const subjects = await createSubjects(stand, [
          specimenOf('specials', SPECIALS),
          specimenOf('minus zeros', new Float32Array(33).fill(-0)),
        ]);
        await maskAlternately(stand, subjects, every);
        await stand.backend.enforce(subjects.map((subject) => itemOf(subject)));
        zeroDropped(subjects);
        await expectWeights(stand, `every ${every}th dropped`, subjects);
      }
    },
  },
  {
    law: 5,
    name: 'zeroes every dropped element when it drops, new and old',
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, [[65], [9, 7], [10]]));
      await maskAlternately(stand, subjects, 2);
      for (const subject of subjects) {
        // Dropped elements hold what no new cut would take.
        await writeSubject(
          stand,
          subject,
          subject.values.map((value, i) => (subject.kept[i] === 1 ? value : SPECIALS[i % 4]!)),
        );
      }
      const magnitude = 0x3f000000;
      for (const { values, kept } of subjects) {
        values.forEach((value, i) => {
          if (Math.abs(value) < 0.5) kept[i] = 0;
        });
      }
      await prune(stand, [groupOf(subjects, { magnitude, ties: 0 })]);
      zeroDropped(subjects);
      await expectWeights(stand, 'after the drop', subjects);
    },
  },
  {
    law: 5,
    name: 'makes every choice before it zeroes anything, where weights rank each other',
    needs: { score: 'tensor' },
    check: async (stand) => {
      const [a, b] = await createSubjects(stand, createSpecimens(mixed, [[65], [65]]));
      const items = [
        { ...itemOf(a!), score: { kind: 'tensor', tensor: b!.weight } },
        { ...itemOf(b!), score: { kind: 'tensor', tensor: a!.weight } },
      ] as const;
      const cut = { magnitude: 0x3f000000, ties: 0 };
      const [low, high] = [a!, b!].map(({ values }) => [...values].map((value) => Math.abs(value) < 0.5));
      a!.kept.set(high!.map((isLow) => (isLow ? 0 : 1)));
      b!.kept.set(low!.map((isLow) => (isLow ? 0 : 1)));
      await prune(
        stand,
        items.map((item) => ({ items: [item], cut })),
      );
      zeroDropped([a!, b!]);
      await expectMasks(stand, 'each ranked by the other', [a!, b!]);
      await expectWeights(stand, 'each ranked by the other', [a!, b!]);
    },
  },
  {
    law: 5,
    name: 'zeroes what an optimizer revived, by the empty cut too',
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, [[65], [8], []]));
      await maskAlternately(stand, subjects, 2);
      await prune(stand, [groupOf(subjects, { magnitude: 0, ties: 0 })]);
      zeroDropped(subjects);
      await expectWeights(stand, 'after the empty cut', subjects);
    },
  },
  {
    law: 5,
    name: 'enforces all elements of weights of every size, and again without effect',
    check: async (stand) => {
      const subjects = await createSubjects(
        stand,
        SIZES.map((size) => specimenOf(`${size}`, new Float32Array(size).fill(-3))),
      );
      const items = subjects.map((subject) => itemOf(subject));
      for (const every of [1, 2]) {
        await maskAlternately(stand, subjects, every);
        await stand.backend.enforce(items);
        zeroDropped(subjects);
        await expectWeights(stand, 'once', subjects);
        await stand.backend.enforce(items);
        await expectWeights(stand, 'twice', subjects);
      }
    },
  },
  ...(['global', 'uniform'] as const).map(
    (distribution): CaseDefinition => ({
      law: 5,
      name: `leaves no dropped weight non-zero after any step of an optimizer with momentum, ${distribution}`,
      check: async (stand) => {
        const run = await createRun(stand, createSpecimens(mixed), {
          targets: [0.5, 0.5, 0.4, 0.9],
          distribution,
        });
        for (const position of [0, 1, 2, 3]) {
          await run.update(position);
          await run.verify(`updated to position ${position}`);
          await run.step(position);
          await run.enforce();
          await run.verify(`enforced after position ${position}`);
          // The next update meets revived weights that nobody has enforced.
          await run.step(position + 10);
        }
      },
    }),
  ),
  {
    law: 5,
    name: 'enforces without waiting, or says that it cannot',
    check: async (stand) => {
      const run = await createRun(stand, createSpecimens(mixed, [[33], [8]]), { targets: [0.5] });
      await run.update(0);
      await run.step(1);
      try {
        run.pruner.enforceSync();
      } catch (error) {
        if (!(error instanceof PruneError) || error.code !== 'asynchronous') throw error;
        await run.enforce();
      }
      zeroDropped(run.weights);
      await run.verify('enforced at once');
    },
  },
];

/** Law 5: dropped is +0, and kept is untouched, bit for bit. */
export const cleanZeroCases: readonly CaseDefinition[] = cases.map((one) => ({
  ...one,
  needs: { zeroing: true },
}));

/** Drops every `every`-th element, in the masks only, beginning at a place of each weight's own. */
async function maskAlternately(stand: Stand, subjects: readonly Subject[], every: number): Promise<void> {
  const random = createRandom(every);
  for (const subject of subjects) {
    const first = random.integer(every);
    await maskSubject(
      stand,
      subject,
      subject.kept.map((_, i) => (i % every === first ? 0 : 1)),
    );
  }
}
