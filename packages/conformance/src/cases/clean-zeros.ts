import { PruneError } from '@synaprune/core';
import type { Bench } from '../bench.js';
import type { CaseDefinition } from '../case.js';
import { zeroDropped } from '../oracle.js';
import { createRun } from '../pruner-run.js';
import { createRandom } from '../random.js';
import { createSpecimens, DISTRIBUTIONS, mixed, SIZES, specimenOf } from '../specimens.js';
import {
  createSubjects,
  expectWeights,
  groupOf,
  itemOf,
  maskSubject,
  type Subject,
  writeSubject,
} from '../subject.js';

const { NaN: NAN, POSITIVE_INFINITY: INFINITY } = Number;
const SPECIALS = Float32Array.of(-0, NAN, INFINITY, -INFINITY, 1e-40, -1e-45, 3e38, -1, 0, 1.1754944e-38);

/** Law 5: dropped is +0, and kept is untouched, bit for bit. */
export const cleanZeroCases: readonly CaseDefinition[] = [
  ...DISTRIBUTIONS.map(
    (distribution): CaseDefinition => ({
      law: 5,
      name: `enforces +0 and touches nothing else: ${distribution.name}`,
      check: async (bench) => {
        const subjects = await createSubjects(bench, createSpecimens(distribution));
        await maskAlternately(bench, subjects, 3);
        await bench.backend.enforce(subjects.map((subject) => itemOf(subject)));
        zeroDropped(subjects);
        await expectWeights(bench, 'enforced', subjects);
      },
    }),
  ),
  {
    law: 5,
    name: 'turns dropped NaN, infinities, -0 and subnormals into +0 and keeps kept ones as they are',
    check: async (bench) => {
      for (const every of [1, 2, 3]) {
        const subjects = await createSubjects(bench, [
          specimenOf('specials', SPECIALS),
          specimenOf('minus zeros', new Float32Array(33).fill(-0)),
        ]);
        await maskAlternately(bench, subjects, every);
        await bench.backend.enforce(subjects.map((subject) => itemOf(subject)));
        zeroDropped(subjects);
        await expectWeights(bench, `every ${every}th dropped`, subjects);
      }
    },
  },
  {
    law: 5,
    name: 'zeroes every dropped element when it drops, new and old',
    check: async (bench) => {
      const subjects = await createSubjects(bench, createSpecimens(mixed, [[65], [9, 7], [10]]));
      await maskAlternately(bench, subjects, 2);
      for (const subject of subjects) {
        // Dropped elements hold what no new cut would take.
        await writeSubject(
          bench,
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
      await bench.backend.dropBelow([groupOf(subjects, { magnitude, ties: 0 })]);
      zeroDropped(subjects);
      await expectWeights(bench, 'after the drop', subjects);
    },
  },
  {
    law: 5,
    name: 'zeroes what an optimizer revived, by the empty cut too',
    check: async (bench) => {
      const subjects = await createSubjects(bench, createSpecimens(mixed, [[65], [8], []]));
      await maskAlternately(bench, subjects, 2);
      await bench.backend.dropBelow([groupOf(subjects, { magnitude: 0, ties: 0 })]);
      zeroDropped(subjects);
      await expectWeights(bench, 'after the empty cut', subjects);
    },
  },
  {
    law: 5,
    name: 'enforces all elements of weights of every size, and again without effect',
    check: async (bench) => {
      const subjects = await createSubjects(
        bench,
        SIZES.map((size) => specimenOf(`${size}`, new Float32Array(size).fill(-3))),
      );
      const items = subjects.map((subject) => itemOf(subject));
      for (const every of [1, 2]) {
        await maskAlternately(bench, subjects, every);
        await bench.backend.enforce(items);
        zeroDropped(subjects);
        await expectWeights(bench, 'once', subjects);
        await bench.backend.enforce(items);
        await expectWeights(bench, 'twice', subjects);
      }
    },
  },
  ...(['global', 'per-weight'] as const).map(
    (scope): CaseDefinition => ({
      law: 5,
      name: `leaves no dropped weight non-zero after any step of an optimizer with momentum, ${scope}`,
      check: async (bench) => {
        const run = await createRun(bench, createSpecimens(mixed), { targets: [0.5, 0.5, 0.4, 0.9], scope });
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
    check: async (bench) => {
      const run = await createRun(bench, createSpecimens(mixed, [[33], [8]]), { targets: [0.5] });
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

/** Drops every `every`-th element, in the masks only, beginning at a place of each weight's own. */
async function maskAlternately(bench: Bench, subjects: readonly Subject[], every: number): Promise<void> {
  const random = createRandom(every);
  for (const subject of subjects) {
    const first = random.integer(every);
    await maskSubject(
      bench,
      subject,
      subject.kept.map((_, i) => (i % every === first ? 0 : 1)),
    );
  }
}
