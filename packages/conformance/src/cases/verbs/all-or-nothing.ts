import type { Item } from '@synaprune/core';
import { createSpecimens, mixed } from '../../specimens/specimens.js';
import { expectPruneError, expectSame } from '../../stand/expect.js';
import { createRun, type PrunerRun, type RunOptions } from '../../stand/pruner-run.js';
import type { Handle, Stand } from '../../stand/stand.js';
import {
  createSubjects,
  expectMasks,
  expectWeights,
  groupOf,
  itemOf,
  maskSubject,
  type Subject,
} from '../../stand/subject.js';
import { type CaseDefinition, type CaseNeeds, SCORES } from '../case.js';
import { alsoStripped, SOME_PATTERNS } from '../patterns.js';

/*
 * Part of law 8: a call that fails has changed nothing, so a run can go on as if it had never been made. The
 * spoiled weight stands last, where a backend that checks as it goes has written all others already.
 */

const SHAPES = [[33], [3, 5], [8]];

/** Law 8: every verb checks everything before it writes anything. */
export const allOrNothingCases: readonly CaseDefinition[] = [
  failing('enforce', (stand, items) => stand.backend.enforce(items), { zeroing: true }),
  failing('countBelow', (stand, items) => stand.backend.countBelow(items, [0x3f800000])),
  failing('findCut', (stand, items) => stand.backend.findCut(items, 3)),
  failing(
    'pool',
    ({ backend }, items, subjects) =>
      backend.pool!(
        items,
        subjects.map(({ shape }) => ({ shape, edges: shape.map(() => 2), pooling: 'mean' as const })),
      ),
    { verbs: ['pool'] },
  ),
  failing(
    'rankWithin',
    ({ backend }, items, subjects) =>
      backend.rankWithin!(
        items,
        subjects.map(() => ({ keep: 2, of: 4, axis: 0 })),
        subjects.map(({ mask }) => mask),
      ),
    { verbs: ['rankWithin'] },
  ),
  ...(['drop', 'dropAndEnforce'] as const).flatMap((verb): CaseDefinition[] => {
    const needs = verb === 'drop' ? {} : { verbs: [verb] };
    return [
      failing(
        `${verb} in one group`,
        ({ backend }, _items, subjects) =>
          backend[verb]!([groupOf(subjects, { magnitude: 0x3f800000, ties: 1 })]),
        needs,
      ),
      failing(
        `${verb} in the last of several groups`,
        ({ backend }, _items, subjects) =>
          backend[verb]!(subjects.map((subject) => groupOf([subject], { magnitude: 0x3f800000, ties: 1 }))),
        needs,
      ),
      failing(
        `${verb} by the empty cut`,
        ({ backend }, _items, subjects) => backend[verb]!([groupOf(subjects, { magnitude: 0, ties: 0 })]),
        needs,
      ),
    ];
  }),
  ...SOME_PATTERNS.flatMap(({ name, pattern, limit, needs }) =>
    alsoStripped({
      law: 8,
      name: `changes nothing when an update of ${name} meets a weight that is gone`,
      needs: { ...needs, hooks: ['spoilWeight'] },
      check: (stand) =>
        expectRefusal(stand, { targets: [0.3 * limit, 0.9 * limit], pattern }, [
          [33, 2],
          [3, 5],
        ]),
    }),
  ),
  ...alsoStripped({
    law: 8,
    name: 'changes nothing when an update that regrows meets a weight that is gone',
    needs: { hooks: ['spoilWeight'], score: 'random' },
    check: (stand) =>
      expectRefusal(stand, { targets: [0.3, 0.9], regrow: { by: 'random', fractions: [0.5, 0.5] } }, SHAPES),
  }),
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 8,
      name: `changes nothing when an update, enforce or restore meets a weight that is gone, score ${score}`,
      needs: { hooks: ['spoilWeight'], score, zeroing: true },
      check: async (stand) => {
        const run = await createRun(stand, createSpecimens(mixed, SHAPES), { targets: [0.4, 0.8], score });
        await run.update(0);
        const early = await run.verify('at 0.4');
        await run.update(1);
        const before = await run.verify('at 0.8');
        await run.step(1);
        await stand.spoil(run.weights.at(-1)!.weight);
        const calls = {
          update: () => run.pruner.update(1),
          enforce: () => run.pruner.enforce(),
          enforceSync: () => run.pruner.enforceSync(),
          restore: () => run.pruner.restore(early),
          report: () => run.pruner.report(),
        };
        for (const [name, call] of Object.entries(calls)) {
          await expectPruneError(`${name} with a weight that is gone`, call);
          await expectWeights(stand, `after ${name} failed`, run.weights.slice(0, -1));
          expectSame(`the state after ${name} failed`, await stateOf(run), JSON.stringify(before));
        }
      },
    }),
  ),
  {
    law: 8,
    name: 'changes nothing when the tensor of scores is gone',
    needs: { hooks: ['spoilWeight'], score: 'tensor' },
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, SHAPES), 'tensor');
      await maskSome(stand, subjects);
      await stand.spoil(subjects.at(-1)!.scoreTensor);
      const group = groupOf(subjects, { magnitude: 0x3f000000, ties: 1 }, 'tensor');
      await expectPruneError('drop', () => stand.backend.drop([group]));
      const { dropAndEnforce } = stand.backend;
      if (dropAndEnforce !== undefined)
        await expectPruneError('dropAndEnforce', () => dropAndEnforce([group]));
      await expectMasks(stand, 'after the failure', subjects);
      await expectWeights(stand, 'after the failure', subjects);
    },
  },
];

/** A case in which a verb meets a spoiled weight behind whole ones. */
function failing(
  name: string,
  call: (stand: Stand, items: readonly Item<Handle, Handle>[], subjects: readonly Subject[]) => unknown,
  needs: CaseNeeds = {},
): CaseDefinition {
  return {
    law: 8,
    name: `fails with weight-changed and changes nothing: ${name}`,
    needs: { hooks: ['spoilWeight'], ...needs },
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, SHAPES));
      await maskSome(stand, subjects);
      await stand.spoil(subjects.at(-1)!.weight);
      const items = subjects.map((subject) => itemOf(subject));
      await expectPruneError(name, () => call(stand, items, subjects), 'weight-changed');
      await expectMasks(stand, 'after the failure', subjects);
      await expectWeights(stand, 'after the failure', subjects.slice(0, -1));
    },
  };
}

/** Drops every fourth element in the masks, and leaves the weights for enforcing to zero. */
async function maskSome(stand: Stand, subjects: readonly Subject[]): Promise<void> {
  for (const subject of subjects) {
    await maskSubject(
      stand,
      subject,
      subject.kept.map((_, i) => (i % 4 === 1 ? 0 : 1)),
    );
  }
}

/** An update that meets a weight that is gone fails, and masks and weights are as they were. */
async function expectRefusal(
  stand: Stand,
  options: RunOptions,
  shapes: readonly (readonly number[])[],
): Promise<void> {
  const run = await createRun(stand, createSpecimens(mixed, shapes), options);
  await run.update(0);
  const before = await run.verify('before');
  await stand.spoil(run.weights.at(-1)!.weight);
  await expectPruneError('update with a weight that is gone', () => run.pruner.update(1), 'weight-changed');
  await expectWeights(stand, 'after the failure', run.weights.slice(0, -1));
  expectSame('the state after the failure', await stateOf(run), JSON.stringify(before));
}

async function stateOf({ pruner }: PrunerRun): Promise<string> {
  return JSON.stringify(await pruner.save());
}
