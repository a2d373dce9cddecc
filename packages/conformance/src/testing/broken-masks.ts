import { randomMagnitude } from '@synaprune/core';
import { type BrokenBackend, eachElement, itemsOf } from './broken-backend.js';
import type { ReferenceBackend } from './reference.js';
import { rankingVerbs, scoreAt, zeroDropped } from './reference-backend.js';

/** Defects against laws 3 and 4: masks that differ from other backends', or that let elements return. */
export const brokenMasks: readonly BrokenBackend[] = [
  {
    law: 3,
    name: 'packs the highest bit first',
    change: (backend) =>
      repacking(backend, (byte) => Number.parseInt([...binary(byte)].reverse().join(''), 2)),
  },
  {
    law: 3,
    name: 'packs 1 for dropped',
    change: (backend) => repacking(backend, (byte) => byte ^ 0xff),
  },
  {
    law: 3,
    name: 'leaves the unused bits of the last byte set',
    change: ({ readMask }) => ({
      readMask: async (mask) => {
        const packed = await readMask(mask);
        const used = mask.kept.length % 8;
        if (used > 0) packed[packed.length - 1]! |= 0xff << used;
        return packed;
      },
    }),
  },
  {
    law: 3,
    name: 'draws random scores without the seed',
    change: () =>
      rankingVerbs((item, i) => (item.score.kind === 'random' ? randomMagnitude(0, i) : scoreAt(item, i))),
  },
  {
    law: 3,
    name: 'flushes subnormals and does not say so',
    change: () => rankingVerbs((item, i) => (scoreAt(item, i) < 0x00800000 ? 0 : scoreAt(item, i))),
  },
  {
    law: 3,
    name: 'says that it flushes subnormals and ranks them',
    change: ({ manifest }) => ({ manifest: { ...manifest, subnormals: 'zero' } }),
  },
  {
    law: 3,
    name: 'mixes up calls made together',
    change: ({ findCut }) => {
      let last: Parameters<ReferenceBackend['findCut']>[0] = [];
      return {
        findCut: async (items, count) => {
          last = items;
          await null;
          return findCut(last, count);
        },
      };
    },
  },
  {
    law: 4,
    name: 'makes the mask anew from the weights as they are now',
    change: ({ drop }) => ({
      drop: (groups) => {
        eachElement(itemsOf(groups), ({ weight, mask }, i) => {
          mask.kept[i] = weight.values[i] === 0 ? 0 : 1;
        });
        return drop(groups);
      },
    }),
  },
  {
    law: 4,
    name: 'takes what is above the cut back in',
    change: ({ drop }) => ({
      drop: (groups) => {
        for (const { items, cut } of groups) {
          eachElement(items, (item, i) => {
            if (scoreAt(item, i) > cut.magnitude) item.mask.kept[i] = 1;
          });
        }
        return drop(groups);
      },
    }),
  },
  {
    law: 4,
    name: 'reads the mask off the weights when it enforces',
    change: () => ({
      enforce: (items) => {
        eachElement(items, ({ weight, mask }, i) => {
          mask.kept[i] = weight.values[i] === 0 ? 0 : 1;
        });
        items.forEach(zeroDropped);
      },
    }),
  },
  {
    law: 4,
    name: 'brings nothing back where that was asked for',
    change: ({ combine }) => ({
      combine: (into, from, how) => (how === 'or' ? undefined : combine(into, from, how)),
    }),
  },
  {
    law: 4,
    name: 'brings all that is dropped back where some was asked for',
    change: ({ combine }) => ({
      combine: (into, from, how) => {
        if (how === 'or' && from.kept.includes(1)) into.kept.fill(1);
        else return combine(into, from, how);
      },
    }),
  },
  {
    law: 4,
    name: 'drops as it searches',
    change: ({ findCut, drop }) => ({
      findCut: async (items, count) => {
        const cut = await findCut(items, count);
        await drop([{ items, cut }]);
        return cut;
      },
    }),
  },
];

function repacking(
  { readMask, writeMask }: ReferenceBackend,
  change: (byte: number) => number,
): Partial<ReferenceBackend> {
  return {
    readMask: async (mask) => (await readMask(mask)).map(change),
    writeMask: (mask, packed) => writeMask(mask, packed.map(change)),
  };
}

function binary(byte: number): string {
  return byte.toString(2).padStart(8, '0');
}
