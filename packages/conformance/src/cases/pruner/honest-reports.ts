import type { WeightReport } from '@synaprune/core';
import { countFlags, type DeviceRanking, magnitudesOf, zerosOf } from '../../oracle/model.js';
import { createSpecimens, FILLINGS, mixed, SHAPES } from '../../specimens/specimens.js';
import { expectSame, expectSameNumbers, fail } from '../../stand/expect.js';
import { prune } from '../../stand/prune.js';
import { createRun, type RunWeight } from '../../stand/pruner-run.js';
import { createSubjects, expectKept, itemOf, maskSubject } from '../../stand/subject.js';
import { type CaseDefinition, SCORES } from '../case.js';

/** Law 9: what is reported is what is there, and what is promised is done. */
export const honestReportCases: readonly CaseDefinition[] = [
  ...FILLINGS.map(
    (filling): CaseDefinition => ({
      law: 9,
      name: `reports the counts of the real weights and masks: ${filling.name}`,
      needs: { zeroing: true },
      check: async (stand) => {
        const run = await createRun(stand, createSpecimens(filling), { targets: [0.3, 0.85] });
        for (const position of [0, 1]) {
          const before = run.weights.reduce((sum, { kept }) => sum + countFlags(kept), 0);
          const result = await run.update(position);
          await run.verify(`position ${position}`);
          const report = await run.pruner.report();
          for (const [i, weight] of run.weights.entries()) {
            const got = report.weights[i]!;
            const numbers = [got.elements, got.kept, got.dropped, got.infinities, got.nans];
            const needed = countsOf(weight);
            expectSameNumbers(
              `elements, kept, dropped, infinities and NaN of ${weight.name}`,
              numbers,
              needed,
            );
            expectSame(`zeros in ${weight.name}`, got.zeros, zerosOf(weight, stand.manifest));
            expectSame(`dropped elements of ${weight.name} that are not zero`, got.revived, 0);
          }
          const kept = run.weights.reduce((sum, weight) => sum + countFlags(weight.kept), 0);
          expectSame('elements that the update says it dropped', result.dropped, before - kept);
          expectSame('sparsity after the update', result.sparsity, (1154 - kept) / 1154);
          expectSame('sparsity in the report', report.total.sparsity, (1154 - kept) / 1154);
        }
      },
    }),
  ),
  {
    law: 9,
    name: 'reports infinities and NaN that are kept, not those an optimizer wrote into dropped elements',
    needs: { zeroing: true },
    check: async (stand) => {
      const run = await createRun(stand, createSpecimens(mixed, [[65], [33]]), { targets: [0.6] });
      await run.update(0);
      for (const { weight, values, kept } of run.weights) {
        const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        values.set(values.map((value, i) => (kept[i] === 1 ? value : bad[i % 3]!)));
        await stand.harness.writeWeight(weight, values.slice());
      }
      const report = await run.pruner.report();
      for (const [i, weight] of run.weights.entries()) {
        const { elements, kept, dropped, infinities, nans } = report.weights[i]!;
        const needed = countsOf(weight);
        expectSameNumbers(`counts of ${weight.name}`, [elements, kept, dropped, infinities, nans], needed);
      }
    },
  },
  ...FILLINGS.map(
    (filling): CaseDefinition => ({
      law: 9,
      name: `reports zeros really there and dropped elements that are not zero: ${filling.name}`,
      needs: { zeroing: true },
      check: async (stand) => {
        const run = await createRun(stand, createSpecimens(filling), { targets: [0.6] });
        await run.update(0);
        await run.step(3);
        const before = await run.pruner.save();
        const { weights, total, notices } = await run.pruner.report();
        for (const [i, weight] of run.weights.entries()) {
          const needed = [zerosOf(weight, stand.manifest), countRevived(weight, stand.manifest)];
          const { zeros, revived } = weights[i]!;
          expectSameNumbers(`zeros in ${weight.name}, and dropped that are none`, [zeros, revived], needed);
        }
        expectSame('zeros in all', total.zeros, sumOf(weights, 'zeros'));
        expectSame('dropped elements in all that are not zero', total.revived, sumOf(weights, 'revived'));
        const told = notices.find(({ code }) => code === 'dropped-not-zero')?.weights ?? [];
        const written = weights.filter(({ revived }) => revived > 0).map(({ name }) => name);
        expectSame('weights told of', told.join(), written.join());
        expectSame(
          'the state after a report',
          JSON.stringify(await run.pruner.save()),
          JSON.stringify(before),
        );
        await run.enforce();
        await run.verify('enforced after a report');
        expectSame('revived elements once enforced', (await run.pruner.report()).total.revived, 0);
      },
    }),
  ),
  {
    law: 9,
    name: 'keeps apart two masks of one weight, in whatever order they are made and given back',
    check: async (stand) => {
      const [subject] = await createSubjects(stand, createSpecimens(mixed, [[65]]));
      await maskSubject(
        stand,
        subject!,
        subject!.kept.map((_, i) => i % 2),
      );
      const item = itemOf(subject!);
      const whole = stand.backend.createMask(subject!.weight);
      const all = [0x80000000];
      const counts = async (): Promise<number[]> => [
        (await stand.backend.countBelow([item], all))[0]![0]!,
        (await stand.backend.countBelow([{ ...item, mask: whole }], all))[0]![0]!,
      ];
      expectSameNumbers('elements kept by the first and the second mask', await counts(), [32, 65]);
      await maskSubject(
        stand,
        subject!,
        subject!.kept.map((_, i) => (i % 5 === 0 ? 1 : 0)),
      );
      expectSameNumbers('the same after the first has changed', await counts(), [13, 65]);
      stand.backend.disposeMask(whole);
      await expectKept(stand, 'after the second was given back', [subject!]);
    },
  },
  {
    law: 9,
    name: 'says where weights lie, so that none overlaps another',
    needs: { verbs: ['extent'] },
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed));
      const places = subjects.map(({ weight, values }) => {
        const { memory, byteOffset, byteLength } = stand.backend.extent!(weight);
        if (typeof memory !== 'object' || memory === null)
          fail('the memory of a weight', 'an object', memory);
        for (const number of [byteOffset, byteLength]) {
          if (!Number.isSafeInteger(number) || number < 0) fail('a place in bytes', 'a whole number', number);
        }
        if (byteLength < 2 * values.length)
          fail('bytes of a weight', `${2 * values.length} or more`, byteLength);
        return { memory, from: byteOffset, to: byteOffset + byteLength };
      });
      for (const [i, a] of places.entries()) {
        for (const [j, b] of places.entries()) {
          const apart = i === j || a.memory !== b.memory || a.to <= b.from || b.to <= a.from;
          if (!apart) fail(`weights ${i} and ${j}`, 'places of their own', 'an overlap');
        }
      }
    },
  },
  {
    law: 9,
    name: 'counts what masks keep now, not what they kept before',
    check: async (stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed));
      for (const every of [2, 3, 1, 5]) {
        for (const subject of subjects) {
          await maskSubject(
            stand,
            subject,
            subject.kept.map((_, i) => (i % every === 0 ? 0 : 1)),
          );
        }
        await expectKept(stand, `with every ${every}th dropped`, subjects);
      }
    },
  },
  {
    law: 9,
    name: 'says the shape of every weight as it was made',
    check: async (stand) => {
      for (const { shape, weight } of await createSubjects(
        stand,
        createSpecimens(mixed, [...SHAPES, [1], [1, 1]]),
      )) {
        expectSameNumbers(`shape of a weight made as [${shape}]`, stand.backend.shape(weight), shape);
      }
    },
  },
  {
    law: 9,
    name: 'promises only what the contract knows, and the least it asks for',
    check: async ({ manifest }) => {
      const { name, scores, subnormals, nanPayloads } = manifest;
      expectAmong('scores', scores, SCORES, 'magnitude');
      expectAmong('subnormals', [subnormals], ['ordered', 'zero']);
      expectAmong('nanPayloads', [nanPayloads], ['ordered', 'tied']);
      if (typeof name !== 'string' || name === '') fail('name in the manifest', 'some text', name);
    },
  },
  ...SCORES.map(
    (score): CaseDefinition => ({
      law: 9,
      name: `can do what its manifest lists: score ${score}`,
      needs: { score },
      check: async (stand) => {
        const subjects = await createSubjects(stand, createSpecimens(mixed, [[33], [8]]), score);
        const items = subjects.map((subject) => itemOf(subject, score));
        const cut = await stand.backend.findCut(items, 11);
        await prune(stand, [{ items, cut }]);
        const kept = await stand.backend.countKept(subjects.map(({ mask }) => mask));
        expectSame('elements kept of 41 after dropping 11', kept[0]! + kept[1]!, 30);
      },
    }),
  ),
];

/** Elements, kept, dropped, and of the kept ones infinities and NaN. */
function countsOf({ values, kept }: RunWeight): number[] {
  const own = values.filter((_, i) => kept[i] === 1);
  const infinities = own.filter((value) => Math.abs(value) === Number.POSITIVE_INFINITY).length;
  const nans = own.filter((value) => Number.isNaN(value)).length;
  return [values.length, own.length, values.length - own.length, infinities, nans];
}

/** Dropped elements that this device does not take for zero. */
function countRevived(weight: RunWeight, ranking: DeviceRanking): number {
  return magnitudesOf(weight, 'magnitude', ranking).filter(
    (magnitude, i) => weight.kept[i] === 0 && magnitude !== 0,
  ).length;
}

function sumOf(weights: readonly WeightReport[], field: 'zeros' | 'revived'): number {
  return weights.reduce((sum, weight) => sum + weight[field], 0);
}

function expectAmong(list: string, got: readonly string[], known: readonly string[], least?: string): void {
  for (const entry of got) {
    if (!known.includes(entry)) fail(`${list} in the manifest`, known.join(', '), entry);
  }
  if (least !== undefined && !got.includes(least)) fail(`${list} in the manifest`, least, got.join(', '));
}
