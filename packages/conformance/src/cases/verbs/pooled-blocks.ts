import type { Pooling } from '@synaprune/core';
import type { ScoreKind } from '../../oracle/model.js';
import { channelEdges } from '../../oracle/units.js';
import {
  createSpecimens,
  FILLINGS,
  fromBits,
  mixed,
  type Specimen,
  specimenOf,
} from '../../specimens/specimens.js';
import { expectBlocks, maskRaggedly } from '../../stand/expect-units.js';
import type { Stand } from '../../stand/stand.js';
import { createSubjects } from '../../stand/subject.js';
import { type CaseDefinition, type CaseNeeds, SCORES } from '../case.js';

export const POOLING_NEEDS: CaseNeeds = { verbs: ['pool', 'spread'] };
const POOLINGS: readonly Pooling[] = ['mean', 'max', 'l2'];

/** Of every rank, with edges that 2 and 4 divide and that they do not. */
const SHAPES = [[7], [9, 7], [8, 4], [3, 5, 4], [2, 3, 2, 5]];

type Edges = (shape: readonly number[]) => readonly number[];
const twos: Edges = (shape) => shape.map(() => 2);
const fours: Edges = (shape) => shape.map(() => 4);
const uneven: Edges = (shape) => shape.map((_, axis) => [3, 2, 5, 1][axis]!);
const ones: Edges = (shape) => shape.map(() => 1);
const tooLarge: Edges = (shape) => shape.map(() => 64);

/** Law 3 of blocks: one score a block, whatever adds it up, and one mask from it. */
export const pooledBlockCases: readonly CaseDefinition[] = [
  ...FILLINGS.flatMap((filling) =>
    POOLINGS.map(
      (pooling): CaseDefinition => ({
        law: 3,
        name: `scores blocks of 2 and of 4 along every axis by their ${pooling}: ${filling.name}`,
        needs: POOLING_NEEDS,
        check: async (stand) => {
          await follow(stand, createSpecimens(filling, SHAPES, 43), pooling, [twos, fours]);
        },
      }),
    ),
  ),
  ...SCORES.flatMap((score) =>
    POOLINGS.map(
      (pooling): CaseDefinition => ({
        law: 3,
        name: `scores blocks of any edges by the ${pooling} of the score ${score}`,
        needs: { ...POOLING_NEEDS, score },
        check: async (stand) => {
          const specimens = createSpecimens(mixed, [...SHAPES, [33, 31]], 47);
          await follow(stand, specimens, pooling, [uneven, ones, tooLarge], score);
        },
      }),
    ),
  ),
  ...[0, 1, 2, 3].flatMap((axis) =>
    POOLINGS.map(
      (pooling): CaseDefinition => ({
        law: 3,
        name: `scores channels along axis ${axis} by their ${pooling}`,
        needs: POOLING_NEEDS,
        check: async (stand) => {
          const specimens = createSpecimens(mixed, [...SHAPES, [33, 31], [130, 3]], 53);
          const own = specimens.filter(({ shape }) => axis < shape.length);
          await follow(stand, own, pooling, [(shape) => channelEdges(shape, axis)]);
        },
      }),
    ),
  ),
  {
    law: 3,
    name: 'ties all blocks that hold a NaN, above infinity, whatever its payload and sign',
    needs: POOLING_NEEDS,
    check: async (stand) => {
      const nans = [0x7fffffff, 0x7f800001, 0xffc00005, 0x7fc00000, 0xff800000, 0x7f7fffff];
      const bits = nans.flatMap((first) => [first, 0x7f800000, 0x3f800000]);
      const subjects = await createSubjects(stand, [
        specimenOf(
          'payloads',
          fromBits(bits.length, (i) => bits[i]!),
        ),
      ]);
      for (const pooling of POOLINGS) {
        await expectBlocks(stand, subjects, [{ shape: [bits.length], edges: [3], pooling }]);
        await expectBlocks(stand, subjects, [{ shape: [bits.length], edges: [1], pooling }]);
      }
    },
  },
  {
    law: 3,
    name: 'pools each weight by blocks of its own in one call',
    needs: POOLING_NEEDS,
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, [[9, 7], [12], [4, 4, 4]], 59));
      await maskRaggedly(stand, subjects, 5);
      await expectBlocks(stand, subjects, [
        { shape: [9, 7], edges: [2, 2], pooling: 'mean' },
        { shape: [12], edges: [5], pooling: 'max' },
        { shape: [4, 4, 4], edges: [4, 1, 4], pooling: 'l2' },
      ]);
    },
  },
];

async function follow(
  stand: Stand,
  specimens: readonly Specimen[],
  pooling: Pooling,
  list: readonly Edges[],
  score: ScoreKind = 'magnitude',
): Promise<void> {
  const subjects = await createSubjects(stand, specimens, score);
  for (const [round, edges] of list.entries()) {
    await maskRaggedly(stand, subjects, 61 + round);
    await expectBlocks(
      stand,
      subjects,
      specimens.map(({ shape }) => ({ shape, edges: edges(shape), pooling })),
      score,
    );
  }
}
