import { packFlags } from '../../oracle/packing.js';
import { createSpecimens, mixed, specimenOf } from '../../specimens/specimens.js';
import { expectPruneError, expectSame } from '../../stand/expect.js';
import { createRun, type RunOptions } from '../../stand/pruner-run.js';
import { type Stand, withStand } from '../../stand/stand.js';
import { createSubjects, itemOf, type Subject } from '../../stand/subject.js';
import { type CaseDefinition, SCORES } from '../case.js';
import { alsoStripped, SOME_PATTERNS } from '../patterns.js';

/*
 * Law 7: what is alive afterwards is what was alive before. Everything runs once unmeasured, because a backend
 * may keep scratch of a fixed size; it may not keep more each time.
 */

/** Law 7: no leaks. */
export const noLeakCases: readonly CaseDefinition[] = [
  {
    law: 7,
    name: 'gives back a mask when it is disposed of',
    needs: { hooks: ['countLive'] },
    check: (stand) =>
      expectNothingLeft(stand, async (inner) => {
        const weight = await inner.createWeight(new Float32Array(33), [33]);
        for (let i = 0; i < 4; i += 1) inner.createMask(weight);
      }),
  },
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 7,
      name: `leaves nothing behind in any verb, score ${score}`,
      needs: { hooks: ['countLive'], score },
      check: (stand) =>
        withStand(stand, async (inner) => {
          const { backend } = inner;
          const subjects = await createSubjects(inner, createSpecimens(mixed, [[33], [8], []]), score);
          const items = subjects.map((subject) => itemOf(subject, score));
          const masks = subjects.map(({ mask }) => mask);
          const cut = await backend.findCut(items, 2);
          const packed = await backend.readMask(masks[0]!);
          const verbs = {
            shape: () => backend.shape(subjects[0]!.weight),
            countBelow: () => backend.countBelow(items, [0, 0x3f800000, 0x80000000]),
            findCut: () => backend.findCut(items, 2),
            drop: () => backend.drop([{ items, cut }]),
            ...(backend.manifest.readOnly === true ? {} : { enforce: () => backend.enforce(items) }),
            ...(backend.manifest.readOnly === true || backend.dropAndEnforce === undefined
              ? {}
              : { dropAndEnforce: () => backend.dropAndEnforce!([{ items, cut }]) }),
            countKept: () => backend.countKept(masks),
            readMask: () => backend.readMask(masks[0]!),
            writeMask: () => backend.writeMask(masks[0]!, packed),
          };
          for (const [verb, call] of Object.entries(verbs)) {
            await call();
            await expectSteady(inner, `${verb}, called three times`, async () => {
              for (let i = 0; i < 3; i += 1) await call();
            });
          }
        }),
    }),
  ),
  {
    law: 7,
    name: 'leaves nothing behind in pooling, spreading and giving back what was pooled',
    needs: { hooks: ['countLive'], verbs: ['pool', 'spread'] },
    check: (stand) =>
      expectSteadyVerb(stand, async ({ backend }, subjects) => {
        const blocks = subjects.map(({ shape }) => {
          return { shape, edges: shape.map(() => 2), pooling: 'l2' as const };
        });
        const pooled = await backend.pool!(
          subjects.map((subject) => itemOf(subject)),
          blocks,
        );
        await backend.drop([{ items: pooled, cut: await backend.findCut(pooled, 3) }]);
        const into = subjects.map(({ mask }) => mask);
        await backend.spread!(pooled, blocks, into);
        backend.disposePooled!(pooled);
        for (const mask of into) await backend.writeMask(mask, packFlags(new Uint8Array(32).fill(1)));
      }),
  },
  {
    law: 7,
    name: 'leaves nothing behind in ranking inside groups',
    needs: { hooks: ['countLive'], verbs: ['rankWithin'] },
    check: (stand) =>
      expectSteadyVerb(stand, async ({ backend }, subjects) => {
        const into = subjects.map(({ weight }) => backend.createMask(weight));
        await backend.rankWithin!(
          subjects.map((subject) => itemOf(subject)),
          subjects.map(() => ({ keep: 2, of: 4, axis: 1 })),
          into,
        );
        for (const mask of into) backend.disposeMask(mask);
      }),
  },
  {
    law: 7,
    name: 'leaves nothing behind in combining masks',
    needs: { hooks: ['countLive'], verbs: ['combine'] },
    check: (stand) =>
      expectSteadyVerb(stand, async ({ backend }, [a, b]) => {
        await backend.combine!(a!.mask, b!.mask, 'or');
        await backend.combine!(a!.mask, b!.mask, 'andNot');
      }),
  },
  ...SOME_PATTERNS.flatMap(({ name, pattern, limit, needs }) =>
    alsoStripped({
      law: 7,
      name: `leaves nothing behind after a pruner's whole life, dropping ${name}`,
      needs: { ...needs, hooks: ['countLive'] },
      check: async (stand) => {
        const targets = [0.3 * limit, 0.6 * limit];
        const shapes = [
          [33, 2],
          [3, 5],
          [8, 8],
        ];
        await expectNothingLeft(stand, (inner) => live(inner, { targets, pattern }, shapes));
      },
    }),
  ),
  ...alsoStripped({
    law: 7,
    name: "leaves nothing behind after a pruner's whole life, where elements come back",
    needs: { hooks: ['countLive'], score: 'random' },
    check: (stand) =>
      expectNothingLeft(stand, (inner) =>
        live(inner, { targets: [0.3, 0.6], regrow: { by: 'random', fractions: [0.2, 0.4] } }),
      ),
  }),
  {
    law: 7,
    name: 'leaves nothing behind when pooling or ranking meets a weight that is gone',
    needs: { hooks: ['countLive', 'spoilWeight'], either: ['pool', 'rankWithin'] },
    check: async (stand) => {
      const subjects = await createSubjects(
        stand,
        createSpecimens(mixed, [
          [8, 4],
          [4, 8],
          [32, 1],
        ]),
      );
      const items = subjects.map((subject) => itemOf(subject));
      const { backend } = stand;
      await stand.spoil(subjects[2]!.weight);
      const blocks = subjects.map(({ shape }) => ({ shape, edges: [2, 2], pooling: 'mean' as const }));
      const groups = subjects.map(() => ({ keep: 2, of: 4, axis: 0 }));
      const into = subjects.map(({ mask }) => mask).toReversed();
      const failures = async () => {
        if (backend.pool !== undefined) await expectPruneError('pool', () => backend.pool!(items, blocks));
        if (backend.rankWithin !== undefined) {
          await expectPruneError('rankWithin', () => backend.rankWithin!(items, groups, into));
        }
      };
      await failures();
      await expectSteady(stand, 'failed verbs', failures);
    },
  },
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 7,
      name: `leaves nothing behind after a pruner's whole life, score ${score}`,
      needs: { hooks: ['countLive'], score },
      check: async (stand) => {
        await expectNothingLeft(stand, (inner) => live(inner, { targets: [0.3, 0.6], score }));
        const options = { targets: [0.3, 0.6], score, distribution: 'uniform', floor: 0.1 } as const;
        await expectNothingLeft(stand, (inner) => live(inner, options));
        const start = { targets: [0.3, 0.6], score, untrained: 'wait', keepZeros: true } as const;
        await expectNothingLeft(stand, (inner) => live(inner, start));
      },
    }),
  ),
  {
    law: 7,
    name: 'holds no more after many updates than after one',
    needs: { hooks: ['countLive'] },
    check: async (stand) => {
      const targets = [0.1, 0.2, 0.3, 0.4, 0.5];
      const run = await createRun(stand, createSpecimens(mixed, [[33], [8], []]), { targets });
      const turn = async (position: number) => {
        await run.pruner.update(position);
        await run.enforce();
        await run.pruner.report();
        await run.pruner.restore(await run.pruner.save());
      };
      await turn(0);
      await expectSteady(stand, 'four more updates', async () => {
        for (const position of [1, 2, 3, 4]) await turn(position);
      });
    },
  },
  {
    law: 7,
    name: 'leaves nothing behind when a pruner refuses a call',
    needs: { hooks: ['countLive'] },
    check: async (stand) => {
      const specimens = createSpecimens(mixed, [[33], [8]]);
      const run = await createRun(stand, specimens, { targets: [0.3, 1, 2], floor: 0.25 });
      await run.pruner.update(0);
      const state = await run.pruner.save();
      const refusals = async () => {
        await expectPruneError('an update below the floor', () => run.pruner.update(1), 'floor-conflict');
        await expectPruneError('a sparsity of 2', () => run.pruner.update(2), 'invalid-sparsity');
        const damaged = { ...state, target: 0.31 };
        await expectPruneError('a damaged state', () => run.pruner.restore(damaged), 'state-corrupt');
      };
      await refusals();
      await expectSteady(stand, 'three refused calls', refusals);
      const start = await createRun(stand, specimens, { targets: [1], floor: 0.25, keepZeros: true });
      const refusal = () =>
        expectPruneError('a start below the floor', () => start.pruner.update(0), 'floor-conflict');
      await expectSteady(stand, 'a refused start', refusal);
    },
  },
  {
    law: 7,
    name: 'leaves nothing behind when a verb meets a weight that is gone',
    needs: { hooks: ['countLive', 'spoilWeight'] },
    check: async (stand) => {
      const specimens = ['a', 'b', 'c'].map((name) =>
        specimenOf(name, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)),
      );
      const subjects = await createSubjects(stand, specimens);
      const items = subjects.map((subject) => itemOf(subject));
      const { backend } = stand;
      const cut = await backend.findCut(items, 4);
      await stand.spoil(subjects[2]!.weight);
      const failures = async () => {
        await expectPruneError('countBelow', () => backend.countBelow(items, [0x3f800000]));
        await expectPruneError('findCut', () => backend.findCut(items, 2));
        await expectPruneError('drop', () => backend.drop([{ items, cut }]));
        if (backend.dropAndEnforce !== undefined) {
          await expectPruneError('dropAndEnforce', () => backend.dropAndEnforce!([{ items, cut }]));
        }
        await expectPruneError('enforce', () => backend.enforce(items));
        await expectPruneError('createMask', () => backend.createMask(subjects[2]!.weight));
      };
      await failures();
      await expectSteady(stand, 'failed verbs', failures);
    },
  },
];

/** A pruner from making to disposing, which is the stand's. */
async function live(
  stand: Stand,
  options: RunOptions,
  shapes: readonly (readonly number[])[] = [[33], [3, 5], [8]],
): Promise<void> {
  const { pruner, step, enforce } = await createRun(stand, createSpecimens(mixed, shapes), options);
  for (const position of [0, 1]) {
    await pruner.update(position);
    await step(position);
    await enforce();
    await pruner.report();
  }
  await pruner.restore(JSON.parse(JSON.stringify(await pruner.save())));
  await pruner.restore(await pruner.masks());
}

/** Runs the work again and again on weights of 32 elements: what is alive stays as much. */
async function expectSteadyVerb(
  stand: Stand,
  work: (stand: Stand, subjects: readonly Subject[]) => Promise<void>,
): Promise<void> {
  const subjects = await createSubjects(
    stand,
    createSpecimens(mixed, [
      [8, 4],
      [4, 8],
      [32, 1],
    ]),
  );
  await work(stand, subjects);
  await expectSteady(stand, 'the verbs, called three times', async () => {
    for (let i = 0; i < 3; i += 1) await work(stand, subjects);
  });
}

/** Runs the work on a stand of its own, twice: what is alive after the second is what was before it. */
async function expectNothingLeft(stand: Stand, work: (inner: Stand) => Promise<void>): Promise<void> {
  await withStand(stand, work);
  await expectSteady(stand, 'a whole life', () => withStand(stand, work));
}

async function expectSteady({ harness }: Stand, what: string, work: () => Promise<unknown>): Promise<void> {
  const before = await harness.countLive!();
  await work();
  expectSame(`tensors and buffers alive after ${what}`, await harness.countLive!(), before);
}
