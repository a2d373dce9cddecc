import type { GroupsAlong } from '@synaprune/core';
import type { ReferenceBackend, ScoreOf } from './reference.js';

/** The flat indices of a weight's elements, one list a group. */
export function groupsOf(
  shape: readonly number[],
  { of, axis }: Pick<GroupsAlong, 'of' | 'axis'>,
): number[][] {
  const groups = new Map<number, number[]>();
  const elements = shape.reduce((product, edge) => product * edge, 1);
  const inner = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
  const edge = shape[axis]!;
  for (let index = 0; index < elements; index += 1) {
    const along = Math.floor(index / inner) % edge;
    // The place of the group's first element is a name for the group.
    const first = index - (along % of) * inner;
    groups.set(first, [...(groups.get(first) ?? []), index]);
  }
  return [...groups.values()];
}

/** Ranks inside groups, by any score and any order of those that tie. */
export function rankingWithin(
  scoreOf: ScoreOf,
  before: (a: number, b: number) => number = (a, b) => a - b,
): Required<Pick<ReferenceBackend, 'rankWithin'>> {
  return {
    rankWithin: (items, groups, into) => {
      for (const [at, item] of items.entries()) {
        const { kept } = item.mask;
        const spare = groupsOf(item.mask.shape, groups[at]!).flatMap((group) => {
          const ranked = group
            .filter((index) => kept[index] === 1)
            .sort((a, b) => scoreOf(item, a) - scoreOf(item, b) || before(a, b));
          return ranked.slice(0, Math.max(0, ranked.length - groups[at]!.keep));
        });
        into[at]!.kept.fill(0);
        for (const index of spare) into[at]!.kept[index] = 1;
      }
    },
  };
}
