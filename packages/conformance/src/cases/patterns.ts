import type { OptionalVerb } from '@synaprune/core';
import type { RunPattern } from '../oracle/units.js';
import type { CaseDefinition, CaseNeeds } from './case.js';

/** A pattern that cases are run over. */
export interface PatternSpecimen {
  /** What goes as one, as the end of a sentence. */
  readonly name: string;
  readonly pattern: RunPattern;
  /** Weights that can have it, some with ragged edges. */
  readonly shapes: readonly (readonly number[])[];
  /** The most that can be dropped. */
  readonly limit: number;
  readonly needs: CaseNeeds;
}

const PLANES = [
  [9, 7],
  [8, 8],
  [33, 31],
  [1, 5],
  [6, 1],
];
const VOLUMES = [[7], [9, 7], [33, 31], [3, 5, 4], [2, 3, 2, 5]];

/** Blocks, channels along each axis, and N of M along each axis. */
export const PATTERNS: readonly PatternSpecimen[] = [
  block([2, 2], PLANES),
  block([4, 4], PLANES),
  block([5], [[7], [16], [33]]),
  block(
    [2, 3, 2],
    [
      [3, 5, 4],
      [2, 2, 9],
    ],
  ),
  block(
    [2, 1, 3, 2],
    [
      [2, 3, 2, 5],
      [3, 1, 4, 2],
    ],
  ),
  ...[0, 1, 2, 3].map(
    (axis): PatternSpecimen => ({
      name: `channels along axis ${axis}`,
      pattern: { kind: 'channel', axis },
      shapes: VOLUMES.filter((shape) => axis < shape.length),
      limit: 1,
      needs: { either: ['pool', 'read'] },
    }),
  ),
  ...[0, 1, 2, 3].flatMap((axis) =>
    [2, 1].map(
      (keep): PatternSpecimen => ({
        name: `${keep} of 4 along axis ${axis}`,
        pattern: { kind: 'n:m', keep, of: 4, axis },
        shapes: VOLUMES.filter((shape) => axis < shape.length),
        limit: (4 - keep) / 4,
        needs: { either: ['rankWithin', 'read'] },
      }),
    ),
  ),
];

/** Blocks of 2×2, channels and 2 of 4: what stands for all of them where there are many cases already. */
export const SOME_PATTERNS: readonly PatternSpecimen[] = PATTERNS.filter(({ name }) =>
  ['blocks of 2×2', 'channels along axis 1', '2 of 4 along axis 1'].includes(name),
);

const OPTIONAL: readonly OptionalVerb[] = ['dropAndEnforce', 'combine', 'pool', 'spread', 'rankWithin'];

/**
 * A case, and the same where core has to make up for every optional verb but `read`: the masks must be the same.
 */
export function alsoStripped(one: CaseDefinition): readonly CaseDefinition[] {
  const { verbs = [] } = one.needs ?? {};
  return [
    one,
    {
      ...one,
      name: `${one.name}, with no optional verb but read`,
      needs: { ...one.needs, verbs: [...verbs, 'read'], either: OPTIONAL },
      stripped: true,
    },
  ];
}

function block(shape: readonly number[], shapes: readonly (readonly number[])[]): PatternSpecimen {
  return {
    name: `blocks of ${shape.join('×')}`,
    pattern: { kind: 'block', shape },
    shapes,
    limit: 1,
    needs: { either: ['pool', 'read'] },
  };
}
