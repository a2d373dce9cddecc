import { type CaseDefinition, SCORES } from '../case.js';
import { expectSame } from '../expect.js';
import { drop, rankKept, zeroDropped } from '../oracle.js';
import { createRun } from '../pruner-run.js';
import { createSpecimens, gaussian, mixed } from '../specimens.js';
import { createSubjects, dropping, expectMasks, groupOf, itemOf, writeSubject } from '../subject.js';

/** Law 4: dropped stays dropped. */
export const monotoneCases: readonly CaseDefinition[] = [
  {
    law: 4,
    name: 'changes no mask under falling targets',
    check: async (bench) => {
      const run = await createRun(bench, createSpecimens(mixed), { targets: [0.6, 0.4, 0, 0.59] });
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
    name: 'changes no mask under falling targets, per weight',
    check: async (bench) => {
      const options = { targets: [0.6, 0.3, 0.7], scope: 'per-weight' } as const;
      const run = await createRun(bench, createSpecimens(mixed), options);
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
      needs: { score },
      check: async (bench) => {
        const subjects = await createSubjects(bench, createSpecimens(gaussian, [[33], [65], []]), score);
        const items = subjects.map((subject) => itemOf(subject, score));
        for (const count of [40, 20]) {
          const needed = rankKept(subjects, score, bench.manifest).slice(0, count);
          const cut = await bench.backend.findCut(items, dropping(count));
          await bench.backend.dropBelow([{ items, cut }]);
          drop(subjects, needed);
          await expectMasks(bench, `${count} dropped`, subjects);
          for (const subject of subjects) {
            // What was dropped is now the largest of all, and what is kept is unchanged.
            const values = subject.values.map((value, i) => (subject.kept[i] === 1 ? value : 1e6 + i));
            await writeSubject(bench, subject, values);
          }
        }
      },
    }),
  ),
  {
    law: 4,
    name: 'brings nothing back by a lower cut, nor by the empty one',
    check: async (bench) => {
      const subjects = await createSubjects(bench, createSpecimens(gaussian, [[33], [65]]));
      const magnitude = 0x3f000000;
      await bench.backend.dropBelow([groupOf(subjects, { magnitude, ties: 0 })]);
      drop(
        subjects,
        rankKept(subjects, 'magnitude', bench.manifest).filter((place) => place.magnitude < magnitude),
      );
      for (const lower of [magnitude - 1000, 1, 0]) {
        for (const subject of subjects)
          await writeSubject(
            bench,
            subject,
            subject.values.map((value) => 4 + Math.abs(value)),
          );
        await bench.backend.dropBelow([groupOf(subjects, { magnitude: lower, ties: 0 })]);
        zeroDropped(subjects);
        await expectMasks(bench, `after a cut at ${lower}`, subjects);
      }
    },
  },
  {
    law: 4,
    name: 'changes no mask by counting, searching, enforcing or reading',
    check: async (bench) => {
      const subjects = await createSubjects(bench, createSpecimens(mixed, [[33], [65], [8]]));
      const items = subjects.map((subject) => itemOf(subject));
      await bench.backend.dropBelow([groupOf(subjects, { magnitude: 0x3f000001, ties: 0 })]);
      drop(
        subjects,
        rankKept(subjects, 'magnitude', bench.manifest).filter((place) => place.magnitude < 0x3f000001),
      );
      for (const subject of subjects) {
        // An optimizer revives what was dropped and brings some of what is kept to zero.
        const values = subject.values.map((value, i) =>
          subject.kept[i] === 0 ? 9 : i % 2 === 0 ? 0 : value,
        );
        await writeSubject(bench, subject, values);
      }
      await bench.backend.countBelow(items, [0, 0x40000000, 0x80000000]);
      await bench.backend.findCut(items, dropping(3));
      await bench.backend.enforce(items);
      await bench.backend.countKept(subjects.map(({ mask }) => mask));
      await expectMasks(bench, 'once', subjects);
      await expectMasks(bench, 'twice', subjects);
    },
  },
];
