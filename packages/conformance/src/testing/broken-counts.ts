import { type BrokenBackend, withTies } from './broken-backend.js';
import { rankingVerbs, scoreAt } from './reference-backend.js';

/** Defects against law 1: the wrong number. */
export const brokenCounts: readonly BrokenBackend[] = [
  {
    law: 1,
    name: 'drops all ties',
    change: ({ drop }) => ({
      drop: (groups) => drop(withTies(groups, (ties) => (ties > 0 ? Number.POSITIVE_INFINITY : 0))),
    }),
  },
  {
    law: 1,
    name: 'keeps all ties',
    change: ({ drop }) => ({ drop: (groups) => drop(withTies(groups, () => 0)) }),
  },
  {
    law: 1,
    name: 'takes the ties of every weight anew',
    change: ({ drop }) => ({
      drop: (groups) =>
        drop(groups.flatMap(({ items, cut }) => items.map((item) => ({ items: [item], cut })))),
    }),
  },
  {
    law: 1,
    name: 'prunes one element when asked for none',
    change: ({ drop }) => ({
      drop: (groups) => drop(withTies(groups, (ties) => Math.max(1, ties))),
    }),
  },
  {
    law: 1,
    name: 'uses the first cut for every group',
    change: ({ drop }) => ({
      drop: (groups) => drop(groups.map(({ items }) => ({ items, cut: groups[0]!.cut }))),
    }),
  },
  {
    law: 1,
    name: 'uses up ties on elements that are dropped already',
    change: ({ drop }) => ({
      drop: (groups) =>
        drop(
          groups.map(({ items, cut }) => {
            const tied = items.map((item) => {
              const gone = [...item.mask.kept.keys()].filter((i) => item.mask.kept[i] === 0);
              return gone.filter((i) => scoreAt(item, i) === cut.magnitude).length;
            });
            const used = tied.reduce((sum, count) => sum + count, 0);
            return { items, cut: { ...cut, ties: Math.max(0, cut.ties - used) } };
          }),
        ),
    }),
  },
  {
    law: 1,
    name: 'finds a cut that takes one too few',
    change: ({ findCut }) => ({
      findCut: async (items, count) => {
        const cut = await findCut(items, count);
        return { ...cut, ties: cut.ties - 1 };
      },
    }),
  },
  {
    law: 1,
    name: 'takes a cut at the smallest magnitude for the empty cut',
    change: ({ drop }) => ({
      drop: (groups) =>
        drop(
          groups.map(({ items, cut }) =>
            cut.magnitude === 1 && cut.ties === 0 ? { items, cut: { ...cut, magnitude: 0 } } : { items, cut },
          ),
        ),
    }),
  },
  {
    law: 1,
    name: 'counts in float32',
    change: () => ({
      countKept: (masks) => masks.map(({ kept }) => kept.reduce((sum, flag) => Math.fround(sum + flag), 0)),
    }),
  },
  {
    law: 1,
    name: 'counts what is at a magnitude as below it',
    change: ({ countBelow }) => ({
      countBelow: (items, magnitudes) =>
        countBelow(
          items,
          magnitudes.map((magnitude) => magnitude + 1),
        ),
    }),
  },
  {
    law: 1,
    name: 'counts dropped elements too',
    change: ({ countBelow }) => ({
      countBelow: (items, magnitudes) =>
        countBelow(
          items.map((item) => ({ ...item, mask: { ...item.mask, kept: item.mask.kept.map(() => 1) } })),
          magnitudes,
        ),
    }),
  },
  {
    law: 1,
    name: 'does not see what is left over after the last whole vector',
    change: () => {
      const { countBelow, findCut } = rankingVerbs((item, i) => {
        const { length } = item.mask.kept;
        return i < length - (length % 4) ? scoreAt(item, i) : 0x7fffffff;
      });
      return { countBelow, findCut };
    },
  },
  {
    law: 1,
    name: 'compares with 0x80000000 as a signed integer',
    change: ({ countBelow }) => ({
      countBelow: (items, magnitudes) =>
        countBelow(
          items,
          magnitudes.map((magnitude) => magnitude | 0),
        ),
    }),
  },
];
