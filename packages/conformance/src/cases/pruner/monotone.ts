import { drop, rankKept, zeroDropped } from '../../oracle/model.js';
import { createSpecimens, gaussian, mixed } from '../../specimens/specimens.js';
import { expectSame } from '../../stand/expect.js';
import { prune } from '../../stand/prune.js';
import { createRun } from '../../stand/pruner-run.js';
import { createSubjects, expectMasks, groupOf, itemOf, writeSubject } from '../../stand/subject.js';
import { type CaseDefinition, SCORES } from '../case.js';

/** Law 4: dropped stays dropped. */
export const monotoneCases: readonly CaseDefinition[] = [
  {
    law: 4,
    name: 'changes no mask under falling targets',
    check: async (stand) => {
      const run = await createRun(stand, createSpecimens(mixed), { targets: [0.6, 0.4, 0, 0.59] });
      await run.update(0);
      const { weights } = await run.verify('at 0.6');
      for (const position of [1, 2, 3]) {
        await run.step(position);
        const { dropped } = await run.update(position);
        expectSame(`elements dropped at position ${position}`, dropped, 0);
        const now = await run.verify(`position ${position}`);
        expectSame(`masks at position ${position}`, JSON.stringify(now.weights), JSON.stringify(weights));
      }
    },
  },
  {
    law: 4,
    name: 'changes no mask under falling targets, uniformly',
    check: async (stand) => {
      const options = { targets: [0.6, 0.3, 0.7], distribution: 'uniform' } as const;
      const run = await createRun(stand, createSpecimens(mixed), options);
      for (const position of [0, 1, 2]) {
        await run.update(position);
        await run.verify(`position ${position}`);
        await run.step(position);
      }
    },
  },
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 4,
      name: `keeps elements dropped whatever an optimizer writes into them, score ${score}`,
      needs: { score, zeroing: true },
      check: async (stand) => {
        const subjects = await createSubjects(stand, createSpecimens(gaussian, [[33], [65], []]), score);
        const items = subjects.map((subject) => itemOf(subject, score));
        for (const count of [40, 20]) {
          const needed = rankKept(subjects, score, stand.manifest).slice(0, count);
          const cut = await stand.backend.findCut(items, count);
          await prune(stand, [{ items, cut }]);
          drop(subjects, needed);
          await expectMasks(stand, `${count} dropped`, subjects);
          for (const subject of subjects) {
            // What was dropped is now the largest of all, and what is kept is unchanged.
            const values = subject.values.map((value, i) => (subject.kept[i] === 1 ? value : 1e6 + i));
            await writeSubject(stand, subject, values);
          }
        }
      },
    }),
  ),
  {
    law: 4,
    name: 'brings nothing back by a lower cut, nor by the empty one',
    needs: { zeroing: true },
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(gaussian, [[33], [65]]));
      const magnitude = 0x3f000000;
      await prune(stand, [groupOf(subjects, { magnitude, ties: 0 })]);
      drop(
        subjects,
        rankKept(subjects, 'magnitude', stand.manifest).filter((place) => place.magnitude < magnitude),
      );
      for (const lower of [magnitude - 1000, 1, 0]) {
        for (const subject of subjects)
          await writeSubject(
            stand,
            subject,
            subject.values.map((value) => 4 + Math.abs(value)),
          );
        await prune(stand, [groupOf(subjects, { magnitude: lower, ties: 0 })]);
        zeroDropped(subjects);
        await expectMasks(stand, `after a cut at ${lower}`, subjects);
      }
    },
  },
  {
    law: 4,
    name: 'changes no mask by counting, searching, enforcing or reading',
    needs: { zeroing: true },
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, [[33], [65], [8]]));
      const items = subjects.map((subject) => itemOf(subject));
      await prune(stand, [groupOf(subjects, { magnitude: 0x3f000001, ties: 0 })]);
      drop(
        subjects,
        rankKept(subjects, 'magnitude', stand.manifest).filter((place) => place.magnitude < 0x3f000001),
      );
      for (const subject of subjects) {
        // An optimizer revives what was dropped and brings some of what is kept to zero.
        const values = subject.values.map((value, i) =>
          subject.kept[i] === 0 ? 9 : i % 2 === 0 ? 0 : value,
        );
        await writeSubject(stand, subject, values);
      }
      await stand.backend.countBelow(items, [0, 0x40000000, 0x80000000]);
      await stand.backend.findCut(items, 3);
      await stand.backend.enforce(items);
      await stand.backend.countKept(subjects.map(({ mask }) => mask));
      await expectMasks(stand, 'once', subjects);
      await expectMasks(stand, 'twice', subjects);
    },
  },
];
