import type { Pooling } from '@synaprune/core';
import { countFlags } from '../../oracle/model.js';
import { createSpecimens, heavyTies, mixed, specimenOf } from '../../specimens/specimens.js';
import { expectSame } from '../../stand/expect.js';
import { expectFingerprint } from '../../stand/fingerprint.js';
import { createRun, type RunOptions } from '../../stand/pruner-run.js';
import type { Stand } from '../../stand/stand.js';
import type { CaseDefinition } from '../case.js';
import { alsoStripped, PATTERNS, type PatternSpecimen, SOME_PATTERNS } from '../patterns.js';

/** Of what a pattern can drop, so much at each position. */
const PARTS = [0.1, 0.4, 0.4, 0.7, 1];

/** Laws 1, 3 and 9 where more than one element goes as one. */
export const patternedRunCases: readonly CaseDefinition[] = [
  ...PATTERNS.flatMap((specimen) =>
    alsoStripped({
      law: 3,
      name: `makes the masks of a full sort all through a ramp of ${specimen.name}, however it is distributed`,
      needs: specimen.needs,
      check: async (stand) => {
        for (const distribution of ['global', 'uniform', 'rising'] as const) {
          await followRamp(stand, specimen, { distribution });
        }
      },
    }),
  ),
  ...SOME_PATTERNS.flatMap((specimen) =>
    alsoStripped({
      law: 3,
      name: `makes the masks of a full sort of ${specimen.name}, shared by lamp`,
      needs: { ...specimen.needs, verbs: ['read'] },
      check: (stand) => followRamp(stand, specimen, { distribution: 'lamp' }),
    }),
  ),
  ...SOME_PATTERNS.flatMap((specimen) =>
    (['random', 'tensor'] as const).flatMap((score) =>
      alsoStripped({
        law: 3,
        name: `makes the masks of a full sort by the score ${score}: ${specimen.name}`,
        needs: { ...specimen.needs, score },
        check: (stand) => followRamp(stand, specimen, { score }),
      }),
    ),
  ),
  ...SOME_PATTERNS.filter(({ pattern }) => pattern.kind !== 'n:m').flatMap((specimen) =>
    (['mean', 'max', 'l2'] as const).flatMap((pool) =>
      alsoStripped({
        law: 3,
        name: `makes the masks of a full sort by the ${pool} of ${specimen.name}`,
        needs: specimen.needs,
        check: (stand) => followRamp(stand, withPooling(specimen, pool), {}),
      }),
    ),
  ),
  ...SOME_PATTERNS.filter(({ pattern }) => pattern.kind !== 'n:m').flatMap((specimen) =>
    alsoStripped({
      law: 1,
      name: `leaves every weight its floor, counted in ${specimen.name}`,
      needs: specimen.needs,
      check: async (stand) => {
        for (const distribution of ['global', 'uniform'] as const) {
          await followRamp(stand, specimen, { distribution, floor: 0.25 }, [0.2, 0.5, 0.7]);
        }
      },
    }),
  ),
  ...SOME_PATTERNS.filter(({ pattern }) => pattern.kind !== 'n:m').flatMap((specimen) =>
    alsoStripped({
      law: 1,
      name: `takes what is above a ceiling first, counted in ${specimen.name}`,
      needs: specimen.needs,
      check: async (stand) => {
        for (const distribution of ['global', 'lamp'] as const) {
          if (distribution === 'lamp' && stand.backend.read === undefined) continue;
          await followRamp(stand, specimen, { distribution, ceiling: 0.5 }, [0.2, 0.5, 0.7]);
        }
      },
    }),
  ),
  ...SOME_PATTERNS.flatMap((specimen) =>
    alsoStripped({
      law: 1,
      name: `leaves weights of nothing but zeros alone, in ${specimen.name}`,
      needs: specimen.needs,
      check: async (stand) => {
        const shape = [8, 4];
        const hollow = { ...specimenOf('hollow', new Float32Array(32)), shape };
        const specimens = [...createSpecimens(heavyTies, specimen.shapes), hollow];
        const targets = [0.1, 0.3].map((part) => part * specimen.limit);
        const run = await createRun(stand, specimens, {
          targets,
          pattern: specimen.pattern,
          untrained: 'wait',
        });
        for (const position of [0, 1]) {
          await run.update(position);
          await run.verify(`position ${position}`);
          expectSame('elements kept of what waits', countFlags(run.weights.at(-1)!.kept), 32);
        }
      },
    }),
  ),
  {
    law: 3,
    name: 'makes the masks that every other backend makes in patterns, by their fingerprints',
    needs: { either: ['pool', 'read'] },
    check: async (stand) => {
      for (const { name, pattern, shapes, limit } of PATTERNS) {
        if (pattern.kind === 'n:m') continue;
        const options = { targets: [0.3, 0.6].map((part) => part * limit), pattern };
        await expectFingerprint(stand, name, options, FINGERPRINTS[name]!, shapes);
      }
    },
  },
  {
    law: 3,
    name: 'makes the masks that every other backend makes keeping N of M, by their fingerprints',
    needs: { either: ['rankWithin', 'read'] },
    check: async (stand) => {
      for (const { name, pattern, shapes, limit } of PATTERNS) {
        if (pattern.kind !== 'n:m') continue;
        const options = { targets: [0.6, 1].map((part) => part * limit), pattern };
        await expectFingerprint(stand, name, options, FINGERPRINTS[name]!, shapes);
      }
    },
  },
  ...SOME_PATTERNS.map(
    (specimen): CaseDefinition => ({
      law: 9,
      name: `reports elements, not units, where it drops ${specimen.name}`,
      needs: { ...specimen.needs, zeroing: true },
      check: async (stand) => {
        const targets = [0.5, 1].map((part) => part * specimen.limit);
        const run = await createRun(stand, createSpecimens(mixed, specimen.shapes), {
          targets,
          pattern: specimen.pattern,
        });
        const elements = run.weights.reduce((sum, { kept }) => sum + kept.length, 0);
        for (const position of [0, 1]) {
          const before = keptOf(run.weights);
          const result = await run.update(position);
          const after = keptOf(run.weights);
          const { weights, total } = await run.pruner.report();
          for (const [i, weight] of run.weights.entries()) {
            expectSame(`elements kept of ${weight.name}`, weights[i]!.kept, countFlags(weight.kept));
            expectSame(`dropped elements of ${weight.name} that are not zero`, weights[i]!.revived, 0);
          }
          expectSame('elements that the update says it dropped', result.dropped, before - after);
          expectSame('sparsity after the update', result.sparsity, (elements - after) / elements);
          expectSame('sparsity in the report', total.sparsity, (elements - after) / elements);
        }
      },
    }),
  ),
];

/** By the name of the pattern. */
const FINGERPRINTS: Readonly<Record<string, string>> = {
  'blocks of 2×2': '1e794dcf',
  'blocks of 4×4': '5c9ab795',
  'blocks of 5': 'cfefad1a',
  'blocks of 2×3×2': '088c8539',
  'blocks of 2×1×3×2': '4682c8a2',
  'channels along axis 0': '129c1d85',
  'channels along axis 1': '4a3829a1',
  'channels along axis 2': '7666ba3f',
  'channels along axis 3': '8e4d025e',
  '2 of 4 along axis 0': '6ba3ebca',
  '1 of 4 along axis 0': 'b0079481',
  '2 of 4 along axis 1': 'fcfaa671',
  '1 of 4 along axis 1': '2ebec696',
  '2 of 4 along axis 2': '1c25e078',
  '1 of 4 along axis 2': '0ec7b4b3',
  '2 of 4 along axis 3': 'f3eb032d',
  '1 of 4 along axis 3': 'b305fd5e',
};

/** Goes through a run and compares with the oracle at every position, optimizer steps between. */
async function followRamp(
  stand: Stand,
  { pattern, shapes, limit }: PatternSpecimen,
  options: Omit<RunOptions, 'targets' | 'pattern'>,
  parts: readonly number[] = PARTS,
): Promise<void> {
  const targets = parts.map((part) => part * limit);
  const run = await createRun(stand, createSpecimens(mixed, shapes, 73), { ...options, targets, pattern });
  for (const position of targets.keys()) {
    await run.update(position);
    await run.verify(`position ${position}, ${JSON.stringify(options)}`);
    await run.step(position);
    await run.enforce();
    await run.verify(`position ${position}, after a step, ${JSON.stringify(options)}`);
  }
}

function withPooling(specimen: PatternSpecimen, pool: Pooling): PatternSpecimen {
  const { pattern } = specimen;
  if (pattern.kind !== 'block' && pattern.kind !== 'channel') return specimen;
  return { ...specimen, pattern: { ...pattern, pool } };
}

function keptOf(weights: readonly { readonly kept: Uint8Array }[]): number {
  return weights.reduce((sum, { kept }) => sum + countFlags(kept), 0);
}
