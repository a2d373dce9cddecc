import { elementBudget, PruneError } from '@synaprune/core';
import { countFlags, isHollow, zerosOf } from '../../oracle/model.js';
import {
  createSpecimens,
  gaussian,
  heavyTies,
  mixed,
  specimenOf,
  UNEQUAL_SHAPES,
} from '../../specimens/specimens.js';
import { expectSame, fail } from '../../stand/expect.js';
import { createRun } from '../../stand/pruner-run.js';
import { type CaseDefinition, SCORES } from '../case.js';

/** A specimen whose elements are all zero, some of them of the other sign. */
const hollow = (name: string, elements: number) =>
  specimenOf(
    name,
    Float32Array.from({ length: elements }, (_, i) => (i % 3 === 0 ? -0 : 0)),
  );

/** Law 1 where a run does not start from dense, trained weights. */
export const startingPointCases: readonly CaseDefinition[] = [
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 1,
      name: `starts from the zeros that are there, whatever the score: ${score}`,
      needs: { score },
      check: async (stand) => {
        const targets = [0, 0.1, 0.6, 0.9];
        const run = await createRun(stand, createSpecimens(mixed), { targets, score, keepZeros: true });
        const zeros = run.weights.reduce((sum, weight) => sum + zerosOf(weight, stand.manifest), 0);
        for (const [position, target] of targets.entries()) {
          await run.update(position);
          await run.verify(`position ${position}`);
          const { dropped } = (await run.pruner.report()).total;
          expectSame(`elements dropped at ${target}`, dropped, Math.max(zeros, elementBudget(target, 1154)));
          await run.step(position);
          await run.enforce();
        }
      },
    }),
  ),
  {
    law: 1,
    name: 'starts from the zeros that are there, subnormals among them where the device flushes those',
    check: async (stand) => {
      const values = Float32Array.of(0, -0, 1e-45, -1e-40, 1.1754944e-38, 1, Number.NaN, 2, 3);
      const run = await createRun(stand, [specimenOf('small', values)], { targets: [0], keepZeros: true });
      const { dropped } = await run.update(0);
      expectSame('elements dropped', dropped, stand.manifest.subnormals === 'zero' ? 4 : 2);
      await run.verify('after the first update');
    },
  },
  {
    law: 1,
    name: 'gives each weight its budget above its own zeros, uniformly',
    check: async (stand) => {
      const options = { targets: [0.3, 0.8], distribution: 'uniform', keepZeros: true } as const;
      const run = await createRun(stand, createSpecimens(heavyTies), options);
      for (const position of [0, 1]) {
        await run.update(position);
        await run.verify(`position ${position}`);
      }
    },
  },
  {
    law: 1,
    name: 'changes no mask when an update that would start from zeros is refused',
    check: async (stand) => {
      const options = { targets: [0.9, 0], keepZeros: true, floor: 0.5 };
      const run = await createRun(stand, createSpecimens(heavyTies), options);
      const failure = await run.pruner.update(0).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(failure instanceof PruneError) || failure.code !== 'floor-conflict') {
        fail('an update beyond the floor', 'floor-conflict', failure);
      }
      expectSame('elements dropped after a refusal', (await run.pruner.report()).total.dropped, 0);
      await run.update(1);
      await run.verify('after an update that can be done');
    },
  },
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 1,
      name: `leaves weights of nothing but zeros alone until they hold something, score ${score}`,
      needs: { score, zeroing: true },
      check: async (stand) => {
        const specimens = [
          hollow('first', 33),
          ...createSpecimens(mixed, [[65], [31, 3]]),
          hollow('last', 8),
        ];
        const run = await createRun(stand, specimens, { targets: [0.2, 0.5, 0.7], score, untrained: 'wait' });
        await run.update(0);
        const waiting = run.weights.filter((weight) => isHollow(weight, stand.manifest));
        await run.verify('with two weights waiting');
        expectSame('weights that wait', waiting.map(({ name }) => name).join(), 'first,last');
        for (const { kept, name } of waiting)
          expectSame(`elements kept of ${name}`, countFlags(kept), kept.length);
        for (const position of [1, 2]) {
          await run.step(position);
          await run.enforce();
          await run.update(position);
          await run.verify(`trained, position ${position}`);
        }
      },
    }),
  ),
  {
    law: 1,
    name: 'leaves every weight so many elements, or all it has',
    check: async (stand) => {
      for (const floor of [{ elements: 1 }, { elements: 3 }, { elements: 2, fraction: 0.125 }]) {
        for (const filling of [gaussian, heavyTies]) {
          const specimens = createSpecimens(filling, UNEQUAL_SHAPES);
          const run = await createRun(stand, specimens, { targets: [0.5, 0.8], floor });
          for (const position of [0, 1]) {
            await run.update(position);
            await run.verify(`${filling.name}, floor ${JSON.stringify(floor)}, position ${position}`);
          }
        }
      }
    },
  },
];
