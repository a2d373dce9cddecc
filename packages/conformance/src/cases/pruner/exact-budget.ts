import { elementBudget } from '@synaprune/core';
import {
  createSpecimens,
  FILLINGS,
  gaussian,
  heavyTies,
  SHAPES,
  UNEQUAL_SHAPES,
} from '../../specimens/specimens.js';
import { expectSame } from '../../stand/expect.js';
import { createRun } from '../../stand/pruner-run.js';
import type { CaseDefinition } from '../case.js';

/** Law 1 through the pruner: after an update exactly the budget is dropped. */
export const exactBudgetCases: readonly CaseDefinition[] = [
  ...FILLINGS.map(
    (filling): CaseDefinition => ({
      law: 1,
      name: `meets the budget of every update: ${filling.name}`,
      check: async (stand) => {
        const targets = [0, 0.29, 0.8, 1];
        const { pruner } = await createRun(stand, createSpecimens(filling), { targets });
        for (const [position, target] of targets.entries()) {
          await pruner.update(position);
          const { total } = await pruner.report();
          expectSame(`elements dropped at ${target}`, total.dropped, elementBudget(target, 1154));
        }
      },
    }),
  ),
  {
    law: 1,
    name: 'meets the budget of each weight by itself, uniformly',
    check: async (stand) => {
      const targets = [0.3, 0.75];
      const specimens = createSpecimens(heavyTies, SHAPES.slice(1));
      const { pruner } = await createRun(stand, specimens, { targets, distribution: 'uniform' });
      for (const [position, target] of targets.entries()) {
        await pruner.update(position);
        for (const { name, dropped, elements } of (await pruner.report()).weights) {
          expectSame(`elements dropped of ${name} at ${target}`, dropped, elementBudget(target, elements));
        }
      }
    },
  },
  {
    law: 1,
    name: 'leaves every weight its floor and takes the rest of the budget elsewhere',
    check: async (stand) => {
      for (const filling of [gaussian, heavyTies]) {
        const specimens = createSpecimens(filling, UNEQUAL_SHAPES);
        const run = await createRun(stand, specimens, { targets: [0.2, 0.6, 0.8], floor: 0.125 });
        for (const position of [0, 1, 2]) {
          await run.update(position);
          await run.verify(`${filling.name}, with a floor, position ${position}`);
        }
      }
    },
  },
  ...(['global', 'uniform', 'erk', 'lamp'] as const).map(
    (distribution): CaseDefinition => ({
      law: 1,
      name: `takes what is above a ceiling first, and meets the budget all the same: ${distribution}`,
      ...(distribution === 'lamp' ? { needs: { verbs: ['read'] } } : {}),
      check: async (stand) => {
        for (const filling of [gaussian, heavyTies]) {
          // Of a single element a floor keeps what this ceiling lets go.
          const shapes = UNEQUAL_SHAPES.filter((shape) => shape.some((edge) => edge > 1));
          const specimens = createSpecimens(filling, shapes);
          // Before the ceiling can be met, where it is, and below it.
          const targets = [0.2, 0.4, 0.6, 0.7];
          const options = { targets, distribution, floor: 0.125, ceiling: 0.5 };
          const run = await createRun(stand, specimens, options);
          for (const position of targets.keys()) {
            await run.update(position);
            await run.verify(`${filling.name}, with a ceiling, position ${position}`);
          }
        }
      },
    }),
  ),
];
