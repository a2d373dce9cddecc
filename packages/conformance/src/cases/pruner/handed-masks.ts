import type { PrunerState } from '@synaprune/core';
import { countFlags, zeroDropped } from '../../oracle/model.js';
import { packFlags } from '../../oracle/packing.js';
import type { RunPattern } from '../../oracle/units.js';
import { createSpecimens, mixed } from '../../specimens/specimens.js';
import {
  expectPruneError,
  expectSame,
  expectSameBytes,
  expectSameNumbers,
  rejectionOf,
} from '../../stand/expect.js';
import { createRun, type PrunerRun, type RunOptions } from '../../stand/pruner-run.js';
import type { CaseDefinition } from '../case.js';
import { alsoStripped, SOME_PATTERNS } from '../patterns.js';

type HandedMask = Awaited<ReturnType<PrunerRun['pruner']['masks']>>[number];

const PLANES = [
  [9, 7],
  [8, 8],
  [3, 5],
];
const BLOCKS: RunPattern = { kind: 'block', shape: [2, 2] };

/** Law 8 of masks that are handed out and taken in, and of states that belong elsewhere. */
export const handedMaskCases: readonly CaseDefinition[] = [
  {
    law: 8,
    name: 'hands out its masks: names, shapes, counts and packed bits, which are copies',
    check: async (stand) => {
      const run = await createRun(stand, createSpecimens(mixed), { targets: [0.4, 0.8] });
      await expectHanded(run, 'before the first update');
      for (const position of [0, 1]) {
        await run.update(position);
        await expectHanded(run, `position ${position}`);
        for (const { bits } of await run.pruner.masks()) bits.fill(0);
        await expectHanded(run, 'after writing into what was handed out');
        await run.verify(`position ${position}, after writing into what was handed out`);
      }
    },
  },
  ...[
    { name: 'elements', pattern: { kind: 'element' }, limit: 1, needs: {} } as const,
    ...SOME_PATTERNS,
  ].flatMap(({ name, pattern, limit, needs }) =>
    alsoStripped({
      law: 8,
      name: `starts from masks that another pruner handed out, and restores them, in ${name}`,
      needs,
      check: async (stand) => {
        const specimens = createSpecimens(mixed, PLANES, 83);
        const options = { targets: [0.3, 0.6].map((part) => part * limit), pattern };
        const first = await createRun(stand, specimens, options);
        await first.update(0);
        const masks = await first.pruner.masks();
        const started = await createRun(stand, specimens, options, { masks });
        takeOver(started, first);
        await started.enforce();
        await started.verify('started from masks');
        await started.update(1);
        await started.verify('gone on from masks');
        await started.pruner.restore(masks);
        takeOver(started, first);
        await started.verify('restored from masks');
        await started.update(1);
        await started.verify('gone on from restored masks');
      },
    }),
  ),
  {
    law: 8,
    name: 'zeroes what given masks drop at the first update, and starts weights without one dense',
    check: async (stand) => {
      const specimens = createSpecimens(mixed, PLANES, 89);
      const first = await createRun(stand, specimens, { targets: [0.5] });
      await first.update(0);
      const [mask] = await first.pruner.masks();
      const run = await createRun(stand, specimens, { targets: [0.1, 0.7] }, { masks: [mask!] });
      run.weights[0]!.kept.set(first.weights[0]!.kept);
      for (const position of [0, 1]) {
        await run.update(position);
        await run.verify(`position ${position}`);
      }
    },
  },
  {
    law: 8,
    name: 'refuses masks that are not of its weights, before it starts and when it restores, and changes nothing',
    check: async (stand) => {
      const specimens = createSpecimens(mixed, PLANES, 97);
      const run = await createRun(stand, specimens, { targets: [0.5] });
      await run.update(0);
      const masks = await run.pruner.masks();
      for (const [what, bad] of badMasks(masks)) {
        await rejectionOf(`a start from ${what}`, () =>
          createRun(stand, specimens, { targets: [0] }, { masks: bad }),
        );
        await expectPruneError(`restoring ${what}`, () => run.pruner.restore(bad), 'mask-mismatch');
        await run.verify(`after refusing ${what}`);
      }
    },
  },
  {
    law: 8,
    name: 'refuses masks that drop a part of what goes as one',
    needs: { either: ['pool', 'read'] },
    check: async (stand) => {
      const specimens = createSpecimens(mixed, PLANES, 101);
      const elements = await createRun(stand, specimens, { targets: [0.5] });
      await elements.update(0);
      const masks = await elements.pruner.masks();
      const run = await createRun(stand, specimens, { targets: [0.5], pattern: BLOCKS });
      await run.update(0);
      await expectPruneError('restoring half blocks', () => run.pruner.restore(masks), 'mask-mismatch');
      await run.verify('after the refusal');
      const start = () => createRun(stand, specimens, { targets: [0.5], pattern: BLOCKS }, { masks });
      await expectPruneError('starting from half blocks', start, 'mask-mismatch');
    },
  },
  {
    law: 8,
    name: 'refuses by name a state of another pattern, score, distribution or regrowth, and goes on as if never asked',
    needs: { score: 'random', either: ['pool', 'read'] },
    check: async (stand) => {
      const specimens = createSpecimens(mixed, PLANES, 103);
      const own = await createRun(stand, specimens, { targets: [0.3, 0.6] });
      await own.update(0);
      for (const [field, options] of OTHERS) {
        const other = await createRun(stand, specimens, { ...options, targets: [0.3, 0.6] });
        await other.update(0);
        await expectRefused(own, await other.pruner.save(), field);
        await expectRefused(other, await own.pruner.save(), field);
      }
      await own.update(1);
      await own.verify('gone on');
    },
  },
  {
    law: 8,
    name: 'refuses by name a state of blocks of another shape or pooling, and of channels along another axis',
    needs: { either: ['pool', 'read'] },
    check: async (stand) => {
      const specimens = createSpecimens(mixed, PLANES, 107);
      const patterns: readonly RunPattern[] = [
        BLOCKS,
        { ...BLOCKS, shape: [4, 4] },
        { ...BLOCKS, pool: 'max' },
        { kind: 'channel', axis: 0 },
        { kind: 'channel', axis: 1 },
      ];
      const runs: PrunerRun[] = [];
      for (const pattern of patterns) {
        const run = await createRun(stand, specimens, { targets: [0.4], pattern });
        await run.update(0);
        runs.push(run);
      }
      for (const run of runs) {
        for (const other of runs) {
          if (other !== run) await expectRefused(run, await other.pruner.save(), 'pattern');
        }
      }
    },
  },
];

/** What differs, and a run that differs in it from one of no options. */
const OTHERS: readonly (readonly [string, Omit<RunOptions, 'targets'>])[] = [
  ['pattern', { pattern: BLOCKS }],
  ['score', { score: 'random' }],
  ['distribution', { distribution: 'uniform' }],
  ['distribution', { distribution: 'rising' }],
  ['regrow', { regrow: { by: 'random', fractions: [0.2, 0.2] } }],
];

async function expectRefused(run: PrunerRun, state: PrunerState, field: string): Promise<void> {
  const what = `a state of another ${field}`;
  await expectPruneError(what, () => run.pruner.restore(state), 'state-mismatch');
  const error = await rejectionOf(what, () => run.pruner.restore(state));
  expectSame(`whether the refusal of ${what} names it`, String(error).includes(field), true);
  await run.verify(`after refusing ${what}`);
}

async function expectHanded({ pruner, weights }: PrunerRun, what: string): Promise<void> {
  const masks = await pruner.masks();
  expectSame(`${what}: masks handed out`, masks.length, weights.length);
  for (const [i, { name, shape, kept }] of weights.entries()) {
    expectSame(`${what}: name of mask ${i}`, masks[i]!.name, name);
    expectSameNumbers(`${what}: shape of the mask of ${name}`, masks[i]!.shape, shape);
    expectSame(`${what}: elements kept by the mask of ${name}`, masks[i]!.kept, countFlags(kept));
    expectSameBytes(`${what}: bits of the mask of ${name}`, masks[i]!.bits, packFlags(kept));
  }
}

/** The models of a run as if it had the masks of another; elements that stay have not moved. */
function takeOver(run: PrunerRun, other: PrunerRun): void {
  for (const [i, { kept }] of run.weights.entries()) kept.set(other.weights[i]!.kept);
  zeroDropped(run.weights);
}

function badMasks(masks: readonly HandedMask[]): readonly (readonly [string, readonly HandedMask[]])[] {
  const [first, ...others] = masks;
  const changed = (change: Partial<HandedMask>): readonly HandedMask[] => [
    { ...first!, ...change },
    ...others,
  ];
  const set = first!.bits.slice();
  set[set.length - 1]! |= 0x80;
  return [
    ['a mask of another name', changed({ name: 'stranger' })],
    ['two masks of one name', [masks[1]!, ...others]],
    ['a mask of another shape', changed({ shape: [7, 9] })],
    ['a mask that is too short', changed({ bits: first!.bits.slice(1) })],
    ['a mask with bits beyond its elements', changed({ bits: set, kept: first!.kept + 1 })],
    ['a mask that keeps another number than it says', changed({ kept: first!.kept + 1 })],
    ['bits that are no bytes', changed({ bits: [...first!.bits] as unknown as Uint8Array })],
  ];
}
