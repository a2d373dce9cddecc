import type { Item } from '@synaprune/core';
import type { Bench, Handle } from '../bench.js';
import { type CaseDefinition, SCORES } from '../case.js';
import { expectPruneError, expectSame } from '../expect.js';
import { createRun, type PrunerRun } from '../pruner-run.js';
import { createSpecimens, mixed } from '../specimens.js';
import {
  createSubjects,
  expectMasks,
  expectWeights,
  groupOf,
  itemOf,
  maskSubject,
  type Subject,
} from '../subject.js';

/*
 * Part of law 8: a call that fails has changed nothing, so a run can go on as if it had never been made. The
 * spoiled weight stands last, where a backend that checks as it goes has written all others already.
 */

const SHAPES = [[33], [3, 5], [8]];

/** Law 8: every verb checks everything before it writes anything. */
export const allOrNothingCases: readonly CaseDefinition[] = [
  failing('enforce in the middle', (bench, items) => bench.backend.enforce(items)),
  failing('countBelow', (bench, items) => bench.backend.countBelow(items, [0x3f800000])),
  failing('findCut', (bench, items) =>
    bench.backend.findCut(items, { direction: 'drop', pattern: { kind: 'element' }, count: 3 }),
  ),
  failing('dropBelow in one group', (bench, _items, subjects) =>
    bench.backend.dropBelow([groupOf(subjects, { magnitude: 0x3f800000, ties: 1 })]),
  ),
  failing('dropBelow in the last of several groups', (bench, _items, subjects) =>
    bench.backend.dropBelow(
      subjects.map((subject) => groupOf([subject], { magnitude: 0x3f800000, ties: 1 })),
    ),
  ),
  failing('dropBelow by the empty cut', (bench, _items, subjects) =>
    bench.backend.dropBelow([groupOf(subjects, { magnitude: 0, ties: 0 })]),
  ),
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 8,
      name: `changes nothing when an update, enforce or restore meets a weight that is gone, score ${score}`,
      needs: { hooks: ['spoilWeight'], score },
      check: async (bench) => {
        const run = await createRun(bench, createSpecimens(mixed, SHAPES), { targets: [0.4, 0.8], score });
        await run.update(0);
        const early = await run.verify('at 0.4');
        await run.update(1);
        const before = await run.verify('at 0.8');
        await run.step(1);
        await bench.spoil(run.weights.at(-1)!.weight);
        const calls = {
          update: () => run.pruner.update(1),
          enforce: () => run.pruner.enforce(),
          enforceSync: () => run.pruner.enforceSync(),
          restore: () => run.pruner.restore(early),
          report: () => run.pruner.report(),
        };
        for (const [name, call] of Object.entries(calls)) {
          await expectPruneError(`${name} with a weight that is gone`, call);
          await expectWeights(bench, `after ${name} failed`, run.weights.slice(0, -1));
          expectSame(`the state after ${name} failed`, await stateOf(run), JSON.stringify(before));
        }
      },
    }),
  ),
  {
    law: 8,
    name: 'changes nothing when the tensor of scores is gone',
    needs: { hooks: ['spoilWeight'], score: 'tensor' },
    check: async (bench) => {
      const subjects = await createSubjects(bench, createSpecimens(mixed, SHAPES), 'tensor');
      await maskSome(bench, subjects);
      await bench.spoil(subjects.at(-1)!.scoreTensor);
      const group = groupOf(subjects, { magnitude: 0x3f000000, ties: 1 }, 'tensor');
      await expectPruneError('dropBelow', () => bench.backend.dropBelow([group]));
      await expectMasks(bench, 'after the failure', subjects);
      await expectWeights(bench, 'after the failure', subjects);
    },
  },
];

/** A case in which a verb meets a spoiled weight behind whole ones. */
function failing(
  name: string,
  call: (bench: Bench, items: readonly Item<Handle, Handle>[], subjects: readonly Subject[]) => unknown,
): CaseDefinition {
  return {
    law: 8,
    name: `fails with weight-changed and changes nothing: ${name}`,
    needs: { hooks: ['spoilWeight'] },
    check: async (bench) => {
      const subjects = await createSubjects(bench, createSpecimens(mixed, SHAPES));
      await maskSome(bench, subjects);
      await bench.spoil(subjects.at(-1)!.weight);
      const items = subjects.map((subject) => itemOf(subject));
      await expectPruneError(name, () => call(bench, items, subjects), 'weight-changed');
      await expectMasks(bench, 'after the failure', subjects);
      await expectWeights(bench, 'after the failure', subjects.slice(0, -1));
    },
  };
}

/** Drops every fourth element in the masks, and leaves the weights for enforcing to zero. */
async function maskSome(bench: Bench, subjects: readonly Subject[]): Promise<void> {
  for (const subject of subjects) {
    await maskSubject(
      bench,
      subject,
      subject.kept.map((_, i) => (i % 4 === 1 ? 0 : 1)),
    );
  }
}

async function stateOf({ pruner }: PrunerRun): Promise<string> {
  return JSON.stringify(await pruner.save());
}
