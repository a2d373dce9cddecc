import type { OptionalVerb, TensorBackend } from '@synaprune/core';
import { createSpecimens, mixed } from '../../specimens/specimens.js';
import { rejectionOf } from '../../stand/expect.js';
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
import type { CaseDefinition } from '../case.js';

/*
 * Part of law 8: what nobody may ask for is refused, and nothing has changed. The kit asks through core's guard, as
 * core does, so that a backend need not look.
 */

/** What is made for a case: weights of 33, of 3×5 and of 5×3 elements, a quarter of each dropped. */
interface Scene {
  readonly backend: TensorBackend<Handle, Handle>;
  readonly subjects: readonly Subject[];
}

type Refusals = (scene: Scene) => Readonly<Record<string, () => unknown>>;

/** Law 8 of arguments. */
export const badArgumentCases: readonly CaseDefinition[] = [
  refusing('magnitudes that are none, or not ascending', ({ backend, subjects }) => {
    const items = subjects.map((subject) => itemOf(subject));
    return {
      'magnitudes that descend': () => backend.countBelow(items, [2, 1]),
      'a negative magnitude': () => backend.countBelow(items, [-1]),
      'a magnitude above all': () => backend.countBelow(items, [0x80000001]),
      'half a magnitude': () => backend.countBelow(items, [1.5]),
    };
  }),
  refusing('counts that no cut can take', ({ backend, subjects }) => {
    const items = subjects.map((subject) => itemOf(subject));
    return {
      'a count of 0': () => backend.findCut(items, 0),
      'a count of more than there are': () => backend.findCut(items, 64),
      'half an element': () => backend.findCut(items, 1.5),
      'a count that is no number': () => backend.findCut(items, Number.NaN),
    };
  }),
  refusing('cuts that are none', ({ backend, subjects }) => {
    const { drop, dropAndEnforce = drop } = backend;
    const cuts = [
      { magnitude: -1, ties: 0 },
      { magnitude: 1, ties: -1 },
      { magnitude: 1.5, ties: 0 },
      { magnitude: 1, ties: 0.5 },
      { magnitude: 2 ** 32, ties: 0 },
    ];
    const calls = cuts.flatMap((cut) => [
      [`drop by ${JSON.stringify(cut)}`, () => drop([groupOf(subjects, cut)])],
      [`dropAndEnforce by ${JSON.stringify(cut)}`, () => dropAndEnforce([groupOf(subjects, cut)])],
      [
        `a whole cut before ${JSON.stringify(cut)}`,
        () =>
          drop([
            groupOf(subjects.slice(0, 1), { magnitude: 0x40000000, ties: 0 }),
            groupOf(subjects.slice(1), cut),
          ]),
      ],
    ]);
    return Object.fromEntries(calls);
  }),
  refusing('masks of another weight, of nobody and of the past', ({ backend, subjects }) => {
    const [a, b, c] = subjects;
    const gone = backend.createMask(a!.weight);
    backend.disposeMask(gone);
    const bad = {
      'the mask of a weight of another size': b!.mask,
      'a mask that was given back': gone,
      'no mask': undefined,
      'something else': {},
    };
    const calls = Object.entries(bad).flatMap(([what, mask]) => {
      const items = [itemOf(c!), { ...itemOf(a!), mask }];
      return [
        [`countBelow with ${what}`, () => backend.countBelow(items, [1])],
        [`findCut with ${what}`, () => backend.findCut(items, 1)],
        [`drop with ${what}`, () => backend.drop([{ items, cut: { magnitude: 0x40000000, ties: 0 } }])],
        [`enforce with ${what}`, () => backend.enforce(items)],
      ];
    });
    return {
      ...Object.fromEntries(calls),
      'the mask of a weight of another shape': () => backend.enforce([{ weight: c!.weight, mask: b!.mask }]),
      'counting what a mask keeps that was given back': () => backend.countKept([a!.mask, gone]),
      'reading a mask that was given back': () => backend.readMask(gone),
      'giving a mask back twice': () => backend.disposeMask(gone),
    };
  }),
  refusing('scores that are none', ({ backend, subjects }) => {
    const [a, b] = subjects;
    const scores: Readonly<Record<string, unknown>> = {
      'a tensor of another shape': { kind: 'tensor', tensor: b!.weight },
      'a seed that is negative': { kind: 'random', seed: -1 },
      'a seed of 2³²': { kind: 'random', seed: 2 ** 32 },
      'a score of another kind': { kind: 'gut feeling' },
    };
    const calls = Object.entries(scores).flatMap(([what, score]) => {
      const items = [{ ...itemOf(a!), score: score as { kind: 'magnitude' } }];
      return [
        [`countBelow by ${what}`, () => backend.countBelow(items, [1])],
        [`findCut by ${what}`, () => backend.findCut(items, 1)],
        [`drop by ${what}`, () => backend.drop([{ items, cut: { magnitude: 0x40000000, ties: 0 } }])],
      ];
    });
    return Object.fromEntries(calls);
  }),
  refusing(
    'masks to combine that do not belong together',
    ({ backend, subjects }) => {
      const [a, b] = subjects;
      return {
        'a mask with itself': () => backend.combine!(a!.mask, a!.mask, 'or'),
        'masks of another length': () => backend.combine!(a!.mask, b!.mask, 'andNot'),
      };
    },
    ['combine'],
  ),
  refusing(
    'blocks that a weight cannot have',
    ({ backend, subjects }) => {
      const { shape } = subjects[1]!;
      const pool = (edges: readonly number[]) => () =>
        backend.pool!([itemOf(subjects[1]!)], [{ shape, edges, pooling: 'mean' }]);
      return {
        'too few edges': pool([2]),
        'too many edges': pool([2, 2, 2]),
        'an edge of 0': pool([2, 0]),
        'half an edge': pool([1.5, 2]),
      };
    },
    ['pool'],
  ),
  refusing(
    'groups that a weight cannot have',
    ({ backend, subjects }) => {
      const [a, b, c] = subjects;
      const into = backend.createMask(b!.weight);
      const rank = (group: { keep: number; of: number; axis: number }, mask: Handle) => () =>
        backend.rankWithin!([itemOf(b!)], [group], [mask]);
      return {
        'more to keep than there are': rank({ keep: 5, of: 4, axis: 0 }, into),
        'groups of none': rank({ keep: 0, of: 0, axis: 0 }, into),
        'an axis too many': rank({ keep: 2, of: 4, axis: 2 }, into),
        'a negative axis': rank({ keep: 2, of: 4, axis: -1 }, into),
        'the mask of the item itself': rank({ keep: 2, of: 4, axis: 0 }, b!.mask),
        'a mask of another length': rank({ keep: 2, of: 4, axis: 0 }, a!.mask),
        'a mask that was given back': () => {
          backend.disposeMask(into);
          return rank({ keep: 2, of: 4, axis: 0 }, into)();
        },
        'a mask of nobody': rank({ keep: 2, of: 4, axis: 0 }, c),
      };
    },
    ['rankWithin'],
  ),
];

function refusing(what: string, refusals: Refusals, verbs: readonly OptionalVerb[] = []): CaseDefinition {
  return {
    law: 8,
    name: `refuses ${what}, and changes nothing`,
    ...(verbs.length === 0 ? {} : { needs: { verbs } }),
    check: async (stand: Stand) => {
      const subjects = await createSubjects(stand, createSpecimens(mixed, [[33], [3, 5], [5, 3]], 109));
      for (const subject of subjects) {
        await maskSubject(
          stand,
          subject,
          subject.kept.map((_, i) => (i % 4 === 1 ? 0 : 1)),
        );
      }
      for (const [name, call] of Object.entries(refusals({ backend: stand.backend, subjects }))) {
        await rejectionOf(name, call);
        await expectMasks(stand, `after ${name}`, subjects);
        await expectWeights(stand, `after ${name}`, subjects);
      }
    },
  };
}
