import { zeroDropped } from '../../oracle/model.js';
import { packFlags } from '../../oracle/packing.js';
import { createSpecimens, mixed, SIZES, type Specimen, specimenOf } from '../../specimens/specimens.js';
import { expectPruneError, expectSame, expectSameBits } from '../../stand/expect.js';
import { createRun, type PrunerRun, type RunOptions, stepOf } from '../../stand/pruner-run.js';
import { type Stand, withStand } from '../../stand/stand.js';
import { createSubjects, expectMasks, maskSubject } from '../../stand/subject.js';
import { type CaseDefinition, SCORES } from '../case.js';
import { alsoStripped, SOME_PATTERNS } from '../patterns.js';

const TARGETS = [0.1, 0.4, 0.4, 0.7, 0.9];

/** Law 8: interrupted is the same as uninterrupted. */
export const resumableCases: readonly CaseDefinition[] = [
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 8,
      name: `goes on after save, JSON and restore on a fresh backend as if never interrupted, score ${score}`,
      needs: { score },
      check: (stand) => expectSameAfterInterruption(stand, { targets: TARGETS, score }),
    }),
  ),
  {
    law: 8,
    name: 'goes on as if never interrupted, uniformly with a floor',
    check: (stand) =>
      expectSameAfterInterruption(stand, { targets: TARGETS, distribution: 'uniform', floor: 0.1 }),
  },
  {
    law: 8,
    name: 'goes on as if never interrupted, from zeros, with a floor in elements and weights that may wait',
    check: (stand) =>
      expectSameAfterInterruption(stand, {
        ...{ targets: TARGETS, floor: { elements: 1 }, untrained: 'wait', keepZeros: true },
      }),
  },
  {
    law: 8,
    name: 'takes over a state under other names, by a map of names and by position',
    check: async (stand) => {
      const specimens = createSpecimens(mixed, [[33], [3, 5], []]);
      const run = await createRun(stand, specimens, { targets: [0.5] });
      await run.update(0);
      const state = await run.pruner.save();
      const renamed = specimens.map((specimen, i) => ({ ...specimen, name: `other-${i}` }));
      const names = Object.fromEntries(specimens.map(({ name }, i) => [name, `other-${i}`]));
      for (const matching of [{ names }, { match: 'position' }] as const) {
        const other = await createRun(stand, renamed, { targets: [0.5] });
        await expectPruneError('other names', () => other.pruner.restore(state), 'state-mismatch');
        await other.pruner.restore(state, matching);
        for (const [i, weight] of other.weights.entries()) weight.kept.set(run.weights[i]!.kept);
        zeroDropped(other.weights);
        await other.verify('restored under other names');
      }
    },
  },
  ...SOME_PATTERNS.flatMap(({ name, pattern, shapes, limit, needs }) =>
    alsoStripped({
      law: 8,
      name: `goes on as if never interrupted, dropping ${name}`,
      needs,
      check: (stand) =>
        expectSameAfterInterruption(
          stand,
          { targets: TARGETS.map((target) => target * limit), pattern },
          createSpecimens(mixed, shapes),
        ),
    }),
  ),
  ...alsoStripped({
    law: 8,
    name: 'goes on as if never interrupted, where elements come back',
    needs: { score: 'random' },
    check: (stand) => {
      const regrow = { by: 'random', fractions: [0.3, 0.2, 0.5, 0, 0.1] } as const;
      return expectSameAfterInterruption(stand, { targets: TARGETS, regrow });
    },
  }),
  {
    law: 8,
    name: 'goes on as if never interrupted, by rule published',
    check: (stand) => expectSameAfterInterruption(stand, { targets: TARGETS, rule: 'published' }),
  },
  {
    law: 8,
    name: 'takes a state back whole, over masks that have gone further',
    check: async (stand) => {
      const specimens = createSpecimens(mixed);
      const run = await createRun(stand, specimens, { targets: [0.2, 0.9] });
      await run.update(0);
      const state = await run.verify('at 0.2');
      const kept = run.weights.map((weight) => weight.kept.slice());
      await run.update(1);
      await run.step(1);
      await run.pruner.restore(state);
      for (const [i, weight] of run.weights.entries()) weight.kept.set(kept[i]!);
      zeroDropped(run.weights);
      const again = await run.verify('restored');
      expectSame('the state saved again', JSON.stringify(again), JSON.stringify(state));
    },
  },
  {
    law: 8,
    name: 'saves and restores weights of every size',
    check: async (stand) => {
      const specimens = createSpecimens(
        mixed,
        SIZES.map((size) => [size]),
      );
      await expectSameAfterInterruption(stand, { targets: [0.5, 0.6, 0.9] }, specimens);
    },
  },
  {
    law: 8,
    name: 'overwrites a mask whole when it is written, also where elements were dropped',
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, [[33], [8], [1]]));
      for (const every of [1, 2, 3]) {
        for (const subject of subjects) {
          await maskSubject(
            stand,
            subject,
            subject.kept.map((_, i) => (i % every === 0 ? 0 : 1)),
          );
        }
        await expectMasks(stand, `with every ${every}th dropped`, subjects);
      }
    },
  },
  {
    law: 8,
    name: 'hands out and takes in copies of packed masks',
    check: async (stand) => {
      const [subject] = await createSubjects(stand, [specimenOf('twenty', new Float32Array(20))]);
      const everyThird = subject!.kept.map((_, i) => (i % 3 === 1 ? 1 : 0));
      await maskSubject(stand, subject!, everyThird);
      const packed = packFlags(everyThird);
      (await stand.backend.readMask(subject!.mask)).fill(0);
      await expectMasks(stand, 'after writing into bytes that were read', [subject!]);
      await stand.backend.writeMask(subject!.mask, packed);
      packed.fill(0);
      await expectMasks(stand, 'after writing into bytes that were given', [subject!]);
    },
  },
  {
    law: 8,
    name: 'refuses damaged and foreign states and goes on as if never asked',
    check: async (stand) => {
      const run = await createRun(stand, createSpecimens(mixed, [[33], [8]]), { targets: [0.5, 0.8] });
      await run.update(0);
      const state = await run.verify('at 0.5');
      const [first, second] = state.weights;
      const flipped = { ...first!, mask: first!.mask.replace(/[A-Z]/, (letter) => letter.toLowerCase()) };
      const renamed = { ...first!, name: 'stranger' };
      for (const bad of [
        null,
        { ...state, position: 1 },
        { ...state, weights: [flipped, second] },
        { ...state, weights: [renamed, second] },
        { ...state, weights: [first] },
        { ...state, version: 99 },
      ]) {
        await expectPruneError('a state that is not this one', () => run.pruner.restore(bad));
        await run.verify('after a refusal');
      }
      await run.update(1);
      await run.verify('gone on');
    },
  },
];

/**
 * Interrupts a run early and late. From then on the run that was restored and the one that never stopped save
 * the same state and hold the same weights, at every position.
 */
async function expectSameAfterInterruption(
  stand: Stand,
  options: RunOptions,
  specimens: readonly Specimen[] = createSpecimens(mixed, [[33], [3, 5], [], [64]]),
): Promise<void> {
  const positions = [...options.targets.keys()];
  for (const interruption of [0, positions.length - 2]) {
    const whole = await createRun(stand, specimens, options);
    for (const position of positions.slice(0, interruption + 1)) await turn(stand, whole, position);
    const text = JSON.stringify(await whole.pruner.save());
    const checkpoint = await contentsOf(stand, whole);
    const fresh = await stand.createBackend();
    await withStand({ ...stand, backend: fresh }, async (other) => {
      const loaded = specimens.map((specimen, i) => ({ ...specimen, values: checkpoint[i]! }));
      const resumed = await createRun(other, loaded, options);
      await resumed.pruner.restore(JSON.parse(text));
      expectSame('the state saved again', JSON.stringify(await resumed.pruner.save()), text);
      for (const position of positions.slice(interruption + 1)) {
        const needed = await turn(stand, whole, position);
        const got = await turn(other, resumed, position);
        const what = `position ${position}, interrupted after ${interruption}`;
        expectSame(`the state at ${what}`, got, needed);
        const [mine, theirs] = [await contentsOf(other, resumed), await contentsOf(stand, whole)];
        specimens.forEach(({ name }, i) => {
          expectSameBits(`${name} at ${what}`, mine[i]!, theirs[i]!, stand.manifest);
        });
      }
    });
  }
}

/** An update, an optimizer step, and its enforcement; returns the state as text. */
async function turn(stand: Stand, { pruner, weights }: PrunerRun, position: number): Promise<string> {
  await pruner.update(position);
  if (stand.manifest.readOnly === true) return JSON.stringify(await pruner.save());
  for (const [i, { weight }] of weights.entries()) {
    const values = await stand.harness.readWeight(weight);
    await stand.harness.writeWeight(weight, stepOf(values, position * 100 + i));
  }
  await pruner.enforce();
  return JSON.stringify(await pruner.save());
}

async function contentsOf({ harness }: Stand, { weights }: PrunerRun): Promise<Float32Array[]> {
  const contents: Float32Array[] = [];
  for (const { weight } of weights) contents.push(await harness.readWeight(weight));
  return contents;
}
