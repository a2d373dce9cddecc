import { countFlags, drop, rankKept } from '../../oracle/model.js';
import {
  createSpecimens,
  FILLINGS,
  heavyTies,
  SIZES,
  specimenOf,
  UNEQUAL_SHAPES,
} from '../../specimens/specimens.js';
import { expectSame } from '../../stand/expect.js';
import { prune } from '../../stand/prune.js';
import {
  createSubjects,
  expectKept,
  expectMasks,
  expectWeights,
  groupOf,
  itemOf,
  type Subject,
} from '../../stand/subject.js';
import type { CaseDefinition } from '../case.js';

/** Law 1: exactly as many elements go as were asked for, however many tie. */
export const exactCountCases: readonly CaseDefinition[] = [
  ...FILLINGS.map(
    (filling): CaseDefinition => ({
      law: 1,
      name: `drops exactly as many as asked: ${filling.name}`,
      check: async (stand) => {
        const specimens = createSpecimens(filling);
        for (const count of [1, 385, 1153]) {
          const subjects = await createSubjects(stand, specimens);
          const items = subjects.map((subject) => itemOf(subject));
          const cut = await stand.backend.findCut(items, count);
          await prune(stand, [{ items, cut }]);
          expectSame(
            `elements dropped of 1154 when ${count} were asked for`,
            await countDropped(subjects),
            count,
          );
        }

        async function countDropped(subjects: readonly Subject[]): Promise<number> {
          const kept = await stand.backend.countKept(subjects.map(({ mask }) => mask));
          for (const [i, { mask, name, values }] of subjects.entries()) {
            const bytes = await stand.backend.readMask(mask);
            const flags = values.map((_, at) => (bytes[at >> 3]! >> (at % 8)) & 1);
            expectSame(
              `countKept of ${name} beside the bits of its mask`,
              kept[i],
              countFlags(Uint8Array.from(flags)),
            );
          }
          return 1154 - kept.reduce((sum, count) => sum + count, 0);
        }
      },
    }),
  ),
  {
    law: 1,
    name: 'drops exactly half of weights of every size, all elements tying',
    check: async (stand) => {
      for (const size of SIZES) {
        const [subject] = await createSubjects(stand, [
          specimenOf(`${size}`, new Float32Array(size).fill(2)),
        ]);
        const count = Math.ceil(size / 2);
        const items = [itemOf(subject!)];
        const cut = await stand.backend.findCut(items, count);
        await prune(stand, [{ items, cut }]);
        const [kept] = await stand.backend.countKept([subject!.mask]);
        expectSame(`elements kept of ${size} after dropping ${count}`, kept, size - count);
      }
    },
  },
  {
    law: 1,
    name: 'counts ties across many tiny weights and a large one',
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(heavyTies, UNEQUAL_SHAPES));
      for (const count of [20, 300, 5]) {
        const items = subjects.map((subject) => itemOf(subject));
        const cut = await stand.backend.findCut(items, count);
        await prune(stand, [{ items, cut }]);
        drop(subjects, rankKept(subjects, 'magnitude', stand.manifest).slice(0, count));
        await expectKept(stand, `after dropping ${count} more`, subjects);
      }
    },
  },
  {
    law: 1,
    name: 'takes ties from what is kept, so that dropped elements use up no part of the count',
    needs: { zeroing: true },
    check: async (stand) => {
      const subjects = await createSubjects(stand, [specimenOf('ones', new Float32Array(40).fill(1))]);
      for (const [round, ties] of [3, 5, 1, 30].entries()) {
        await prune(stand, [groupOf(subjects, { magnitude: 0x3f800000, ties })]);
        drop(subjects, rankKept(subjects, 'magnitude', stand.manifest).slice(0, ties));
        await expectKept(stand, `round ${round}`, subjects);
        // The dropped elements tie with the kept ones again.
        subjects[0]!.values.fill(1);
        await stand.harness.writeWeight(subjects[0]!.weight, subjects[0]!.values.slice());
      }
    },
  },
  {
    law: 1,
    name: 'drops nothing by the empty cut, also where zeros tie with it',
    check: async (stand) => {
      const specimens = [
        specimenOf('zeros', new Float32Array(65)),
        ...createSpecimens(heavyTies, [[33], [8]]),
      ];
      const subjects = await createSubjects(stand, specimens);
      await prune(stand, [groupOf(subjects, { magnitude: 0, ties: 0 })]);
      await expectMasks(stand, 'after the empty cut', subjects);
      await expectKept(stand, 'after the empty cut', subjects);
      await expectWeights(stand, 'after the empty cut', subjects);
    },
  },
  {
    law: 1,
    name: 'keeps the cuts of several groups in one call apart',
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(heavyTies, [[33], [7, 9], [], [64], [8]]));
      const parts = [subjects.slice(0, 2), subjects.slice(2, 4), subjects.slice(4)];
      const counts = [40, 1, 0];
      const groups = parts.map((part, i) => {
        const ranked = rankKept(part, 'magnitude', stand.manifest).slice(0, counts[i]);
        const magnitude = ranked.at(-1)?.magnitude ?? 0;
        drop(part, ranked);
        const ties = ranked.filter((place) => place.magnitude === magnitude).length;
        return groupOf(part, { magnitude, ties });
      });
      await prune(stand, groups);
      await expectMasks(stand, 'after three groups', subjects);
      await expectKept(stand, 'after three groups', subjects);
      await expectWeights(stand, 'after three groups', subjects);
    },
  },
];
