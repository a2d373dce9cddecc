import type { GroupsAlong } from '@synaprune/core';
import type { ScoreKind } from '../../oracle/model.js';
import {
  createSpecimens,
  FILLINGS,
  heavyTies,
  mixed,
  type Specimen,
  specimenOf,
} from '../../specimens/specimens.js';
import { expectGroups, maskRaggedly } from '../../stand/expect-units.js';
import type { Stand } from '../../stand/stand.js';
import { createSubjects } from '../../stand/subject.js';
import { type CaseDefinition, type CaseNeeds, SCORES } from '../case.js';

const NEEDS: CaseNeeds = { verbs: ['rankWithin'] };

/** Of every rank, with edges that 4 divides and that it does not. */
const SHAPES = [[7], [16], [9, 7], [1, 8], [33, 31], [3, 5, 4], [2, 3, 2, 5]];

/** Law 2 inside groups: all but the `keep` highest can be spared, and of equals those of the higher index stay. */
export const rankedGroupCases: readonly CaseDefinition[] = [
  ...FILLINGS.map(
    (filling): CaseDefinition => ({
      law: 2,
      name: `ranks inside groups of four along every axis, keeping two and one: ${filling.name}`,
      needs: NEEDS,
      check: (stand) =>
        followAxes(stand, createSpecimens(filling, SHAPES, 19), [
          { keep: 2, of: 4 },
          { keep: 1, of: 4 },
        ]),
    }),
  ),
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 2,
      name: `ranks inside groups of every size by the score ${score}, kept elements only`,
      needs: { ...NEEDS, score },
      check: (stand) =>
        followAxes(
          stand,
          createSpecimens(mixed, SHAPES, 23),
          [
            { keep: 1, of: 2 },
            { keep: 0, of: 3 },
            { keep: 3, of: 3 },
            { keep: 4, of: 8 },
            { keep: 2, of: 64 },
            { keep: 0, of: 1 },
          ],
          score,
        ),
    }),
  ),
  {
    law: 2,
    name: 'spares of equals in a group those of the lower index, at the ragged end too',
    needs: NEEDS,
    check: async (stand) => {
      const specimens = [
        specimenOf('ones', new Float32Array(11).fill(-1)),
        ...createSpecimens(heavyTies, [[11]], 29),
      ];
      for (const keep of [1, 2, 3]) {
        const subjects = await createSubjects(stand, specimens);
        await expectGroups(stand, subjects, [
          { keep, of: 4, axis: 0 },
          { keep, of: 4, axis: 0 },
        ]);
      }
    },
  },
  {
    law: 2,
    name: 'ranks each weight inside groups of its own in one call',
    needs: NEEDS,
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, [[9, 7], [12], [4, 4, 4]], 31));
      await maskRaggedly(stand, subjects, 3);
      await expectGroups(stand, subjects, [
        { keep: 2, of: 4, axis: 1 },
        { keep: 1, of: 5, axis: 0 },
        { keep: 3, of: 4, axis: 2 },
      ]);
    },
  },
];

async function followAxes(
  stand: Stand,
  specimens: readonly Specimen[],
  sizes: readonly Pick<GroupsAlong, 'keep' | 'of'>[],
  score: ScoreKind = 'magnitude',
): Promise<void> {
  for (const axis of [0, 1, 2, 3]) {
    const own = specimens.filter(({ shape }) => axis < shape.length);
    const subjects = await createSubjects(stand, own, score);
    for (const [round, size] of sizes.entries()) {
      // Whole at first, then with elements gone already.
      if (round > 0) await maskRaggedly(stand, subjects, axis);
      await expectGroups(
        stand,
        subjects,
        own.map(() => ({ ...size, axis })),
        score,
      );
    }
  }
}
