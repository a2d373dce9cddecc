import {
  floatOfMagnitude,
  magnitudeOf,
  type PooledItem,
  type Pooling,
  poolMagnitudes,
} from '@synaprune/core';
import type { BrokenBackend } from './broken-backend.js';
import type { ReferenceBackend, ReferenceMask } from './reference.js';
import { scoreAt } from './reference-backend.js';
import { blocksOf, blockVerbs } from './reference-blocks.js';
import { groupsOf, rankingWithin } from './reference-groups.js';

/** Defects against laws 2 and 3 in what goes as one: blocks, channels, groups, and masks of masks. */
export const brokenUnits: readonly BrokenBackend[] = [
  {
    law: 3,
    name: 'changes the other mask where it combines two',
    change: ({ combine }) => ({ combine: (into, from, how) => combine(from, into, how) }),
  },
  {
    law: 3,
    name: 'keeps by andNot what both keep',
    change: ({ combine }) => ({
      combine: (into, from, how) => {
        if (how === 'or') return combine(into, from, how);
        into.kept.forEach((flag, i) => {
          into.kept[i] = flag * from.kept[i]!;
        });
      },
    }),
  },
  {
    law: 3,
    name: 'toggles by andNot what the other mask keeps',
    change: ({ combine }) => ({
      combine: (into, from, how) => {
        if (how === 'or') return combine(into, from, how);
        into.kept.forEach((flag, i) => {
          into.kept[i] = from.kept[i] === 1 ? 1 - flag : flag;
        });
      },
    }),
  },
  summing('adds in float32, one element after another', (list, pooling) => {
    const values = list
      .map(floatOfMagnitude)
      .map((value) => (pooling === 'l2' ? Math.fround(value * value) : value));
    const sum = values.reduce((total, value) => Math.fround(total + value), 0);
    return magnitudeOf(pooling === 'l2' ? Math.sqrt(sum) : sum / list.length);
  }),
  summing('adds in float64 and rounds to the nearest', (list, pooling) =>
    magnitudeOf(inFloat64(list, pooling)),
  ),
  summing('adds in float64, where every rounding but the last is lost', (list, pooling) => {
    const value = inFloat64(list, pooling);
    const nearest = magnitudeOf(value);
    const isAbove = floatOfMagnitude(Math.min(nearest, 0x7f800000)) > value;
    return Math.min(isAbove ? nearest - 1 : nearest, 0x7f7fffff);
  }),
  summing('lets a mean overflow to infinity', (list, pooling) => {
    const exact = poolMagnitudes(list, pooling);
    const sum = Math.fround(list.map(floatOfMagnitude).reduce((total, value) => total + value, 0));
    return pooling === 'mean' && sum === Number.POSITIVE_INFINITY ? 0x7f800000 : exact;
  }),
  summing('takes the payload of a NaN over into the score of its block', (list, pooling) => {
    const largest = Math.max(...list);
    return largest > 0x7f800000 ? largest : poolMagnitudes(list, pooling);
  }),
  summing('drops blocks with a NaN first', (list, pooling) =>
    Math.max(...list) > 0x7f800000 ? 0 : poolMagnitudes(list, pooling),
  ),
  {
    law: 3,
    name: 'divides a ragged block by the size of a whole one',
    change: (_, books) => ({
      pool: (items, blocks) =>
        items.flatMap((item, i) => {
          const whole = blocks[i]!.edges.reduce((product, edge) => product * edge, 1);
          const padded = (list: ArrayLike<number>): number[] => [
            ...Array.from(list),
            ...new Array<number>(whole - list.length).fill(0),
          ];
          const own = blockVerbs(books, scoreAt, (list, pooling) => poolMagnitudes(padded(list), pooling));
          return own.pool([item], [blocks[i]!]) as readonly PooledItem[];
        }),
    }),
  },
  {
    law: 3,
    name: 'leaves dropped elements out of the score of their block',
    change: (_, books) => blockVerbs(books, (item, i) => (item.mask.kept[i] === 1 ? scoreAt(item, i) : 0)),
  },
  {
    law: 3,
    name: 'ranks blocks by the weight, whatever the score',
    change: (_, books) =>
      blockVerbs(books, ({ weight, mask }, i) => scoreAt({ weight, mask, score: { kind: 'magnitude' } }, i)),
  },
  {
    law: 3,
    name: 'takes a block for dropped where any element of it is',
    change: ({ pool }) => ({
      pool: async (items, blocks) => {
        const pooled = await pool(items, blocks);
        for (const [at, { mask }] of items.entries()) {
          const { blockAt } = blocksOf(mask.shape, blocks[at]!.edges);
          mask.kept.forEach((flag, i) => {
            if (flag === 0) (pooled[at]!.mask as ReferenceMask).kept[blockAt(i)] = 0;
          });
        }
        return pooled;
      },
    }),
  },
  spreading('forgets the ragged edge where it spreads', (flag, unit, { shape, edges, index }) => {
    const last = shape.length - 1;
    const whole = Math.floor(shape[last]! / edges[last]!) * edges[last]!;
    return index % shape[last]! >= whole ? flag : Math.min(flag, unit);
  }),
  spreading('brings elements back where it spreads', (_, unit) => unit),
  spreading('spreads to the first element of a block only', (flag, unit, { shape, edges, index }) => {
    const last = shape.length - 1;
    return (index % shape[last]!) % edges[last]! === 0 ? Math.min(flag, unit) : flag;
  }),
  {
    law: 2,
    name: 'spares of equals in a group those of the higher index',
    change: () => rankingWithin(scoreAt, (a, b) => b - a),
  },
  {
    law: 2,
    name: 'counts dropped elements among those that a group keeps',
    change: () => ({
      rankWithin: (items, groups, into) => {
        const whole = items.map((item) => ({
          ...item,
          mask: { ...item.mask, kept: item.mask.kept.map(() => 1) },
        }));
        rankingWithin(scoreAt).rankWithin(whole, groups, into);
        for (const [at, { kept }] of into.entries()) {
          kept.forEach((flag, i) => {
            kept[i] = flag * items[at]!.mask.kept[i]!;
          });
        }
      },
    }),
  },
  {
    law: 2,
    name: 'leaves what a mask of spare elements kept before',
    change: ({ rankWithin }) => ({
      rankWithin: async (items, groups, into) => {
        const before = into.map(({ kept }) => kept.slice());
        await rankWithin(items, groups, into);
        for (const [at, { kept }] of into.entries()) {
          kept.forEach((flag, i) => {
            kept[i] = Math.max(flag, before[at]![i]!);
          });
        }
      },
    }),
  },
  {
    law: 2,
    name: 'takes nothing out of the smaller group at the end',
    change: ({ rankWithin }) => ({
      rankWithin: async (items, groups, into) => {
        await rankWithin(items, groups, into);
        for (const [at, { kept, shape }] of into.entries()) {
          const ragged = groupsOf(shape, groups[at]!).filter(({ length }) => length < groups[at]!.of);
          for (const index of ragged.flat()) kept[index] = 0;
        }
      },
    }),
  },
  {
    law: 2,
    name: 'ranks inside groups along the last axis, whatever was asked for',
    change: ({ rankWithin }) => ({
      rankWithin: (items, groups, into) =>
        rankWithin(
          items,
          groups.map((group, at) => ({ ...group, axis: into[at]!.shape.length - 1 })),
          into,
        ),
    }),
  },
  {
    law: 2,
    name: 'drops NaN first inside groups',
    change: () => rankingWithin((item, i) => (scoreAt(item, i) > 0x7f800000 ? 0 : scoreAt(item, i))),
  },
];

function summing(name: string, sum: (list: number[], pooling: Pooling) => number): BrokenBackend {
  return {
    law: 3,
    name,
    change: (_, books) =>
      blockVerbs(books, scoreAt, (list, pooling) => {
        const largest = Math.max(...Array.from(list));
        const isPlain = name.includes('NaN') || (largest < 0x7f800000 && pooling !== 'max');
        return isPlain ? sum(Array.from(list), pooling) : poolMagnitudes(list, pooling);
      }),
  };
}

function inFloat64(list: readonly number[], pooling: Pooling): number {
  const values = list.map(floatOfMagnitude);
  const sum = values.reduce((total, value) => total + (pooling === 'l2' ? value * value : value), 0);
  return pooling === 'l2' ? Math.sqrt(sum) : sum / list.length;
}

interface Spot {
  readonly shape: readonly number[];
  readonly edges: readonly number[];
  readonly index: number;
}

function spreading(name: string, write: (flag: number, unit: number, spot: Spot) => number): BrokenBackend {
  const spread: ReferenceBackend['spread'] = (pooled, blocks, into) => {
    for (const [at, { kept, shape }] of into.entries()) {
      const { edges } = blocks[at]!;
      const { blockAt } = blocksOf(shape, edges);
      kept.forEach((flag, index) => {
        kept[index] = write(flag, pooled[at]!.mask.kept[blockAt(index)]!, { shape, edges, index });
      });
    }
  };
  return { law: 3, name, change: () => ({ spread }) };
}
