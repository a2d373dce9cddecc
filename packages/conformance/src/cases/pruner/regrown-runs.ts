import { elementBudget } from '@synaprune/core';
import { createSpecimens, heavyTies, mixed, SHAPES } from '../../specimens/specimens.js';
import { expectSame } from '../../stand/expect.js';
import { createRun, type RunOptions } from '../../stand/pruner-run.js';
import type { Stand } from '../../stand/stand.js';
import { type CaseDefinition, SCORES } from '../case.js';
import { alsoStripped, SOME_PATTERNS } from '../patterns.js';

/** Rising, steady, falling and rising targets, and all that regrowth can be asked for. */
const TARGETS = [0.3, 0.5, 0.5, 0.2, 0.7];
const FRACTIONS = [0.3, 0, 0.5, 0.25, 1];

/** Law 4 with its exception: what was dropped comes back where regrowth was asked for, and then so many exactly. */
export const regrownRunCases: readonly CaseDefinition[] = [
  ...SCORES.flatMap((by) =>
    alsoStripped({
      law: 4,
      name: `brings back what ranks highest by the score ${by}, so many exactly, and meets its targets`,
      needs: { score: by },
      check: async (stand) => {
        await follow(stand, SHAPES, { regrow: { by, fractions: FRACTIONS }, targets: TARGETS });
      },
    }),
  ),
  ...(['uniform', 'rising'] as const).flatMap((distribution) =>
    alsoStripped({
      law: 4,
      name: `brings elements back weight by weight where the distribution is ${distribution}, beside a floor`,
      needs: { score: 'tensor' },
      check: async (stand) => {
        const regrow = { by: 'tensor', fractions: FRACTIONS } as const;
        await follow(stand, SHAPES, { regrow, targets: TARGETS, distribution, floor: 0.1 });
      },
    }),
  ),
  ...SOME_PATTERNS.filter(({ pattern }) => pattern.kind !== 'n:m').flatMap(
    ({ name, pattern, shapes, needs }) =>
      (['random', 'tensor'] as const).flatMap((by) =>
        alsoStripped({
          law: 4,
          name: `brings ${name} back by the score ${by}, each as a whole`,
          needs: { ...needs, score: by },
          check: async (stand) => {
            await follow(stand, shapes, { regrow: { by, fractions: FRACTIONS }, targets: TARGETS, pattern });
          },
        }),
      ),
  ),
  {
    law: 4,
    name: 'counts what comes back, and is as sparse as without',
    needs: { score: 'random' },
    check: async (stand) => {
      const targets = [0.5, 0.5, 0.5];
      const regrow = { by: 'random', fractions: [0.2, 0.4, 0] } as const;
      const run = await createRun(stand, createSpecimens(heavyTies), { targets, regrow });
      for (const [position, fraction] of regrow.fractions.entries()) {
        const { regrown, sparsity } = await run.update(position);
        await run.verify(`position ${position}`);
        const left = 1154 - elementBudget(0.5, 1154);
        expectSame(`elements that came back at position ${position}`, regrown, elementBudget(fraction, left));
        expectSame('sparsity', sparsity, 0.5);
        await run.step(position);
      }
    },
  },
];

async function follow(
  stand: Stand,
  shapes: readonly (readonly number[])[],
  options: RunOptions,
): Promise<void> {
  const run = await createRun(stand, createSpecimens(mixed, shapes, 79), options);
  for (const position of options.targets.keys()) {
    await run.update(position);
    await run.verify(`position ${position}`);
    await run.step(position);
    await run.enforce();
    await run.verify(`position ${position}, after a step`);
  }
}
