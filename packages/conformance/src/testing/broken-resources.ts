import type { BrokenBackend } from './broken-backend.js';
import { requireLive } from './reference-backend.js';

/** Defects against laws 6 and 7: reading back and leaking. */
export const brokenResources: readonly BrokenBackend[] = [
  {
    law: 6,
    name: 'reads the elements back to find a cut',
    change: ({ findCut }, books) => ({
      findCut: (items, count) => {
        for (const { mask } of items) books.bytesRead += mask.kept.length * 4;
        return findCut(items, count);
      },
    }),
  },
  {
    law: 6,
    name: 'reads masks back to count them',
    change: ({ countKept }, books) => ({
      countKept: (masks) => {
        for (const { kept } of masks) books.bytesRead += Math.ceil(kept.length / 8);
        return countKept(masks);
      },
    }),
  },
  {
    law: 6,
    name: 'enforces on the host',
    change: ({ enforce }, books) => ({
      enforce: (items) => {
        for (const { mask } of items) books.bytesRead += mask.kept.length * 4;
        return enforce(items);
      },
    }),
  },
  {
    law: 6,
    name: 'reads floats to save bits',
    change: ({ readMask }, books) => ({
      readMask: (mask) => {
        books.bytesRead += mask.kept.length * 4;
        return readMask(mask);
      },
    }),
  },
  {
    law: 6,
    name: 'reads the elements back to pool them',
    change: ({ pool }, books) => ({
      pool: (items, blocks) => {
        for (const { mask } of items) books.bytesRead += mask.kept.length * 4;
        return pool(items, blocks);
      },
    }),
  },
  {
    law: 6,
    name: 'reads the elements back to rank them inside groups',
    change: ({ rankWithin }, books) => ({
      rankWithin: (items, groups, into) => {
        for (const { mask } of items) books.bytesRead += mask.kept.length * 4;
        return rankWithin(items, groups, into);
      },
    }),
  },
  {
    law: 6,
    name: 'reads masks back to combine them',
    change: ({ combine }, books) => ({
      combine: (into, from, how) => {
        books.bytesRead += Math.ceil(from.kept.length / 8);
        return combine(into, from, how);
      },
    }),
  },
  {
    law: 7,
    name: 'leaks a mask at every drop',
    change: ({ drop }, books) => ({
      drop: (groups) => {
        books.masks += 1;
        return drop(groups);
      },
    }),
  },
  {
    law: 7,
    name: 'leaks scratch at every count by a tensor of scores',
    change: ({ countBelow, findCut }, books) => ({
      countBelow: (items, magnitudes) => {
        if (items.some(({ score }) => score.kind === 'tensor')) books.masks += 1;
        return countBelow(items, magnitudes);
      },
      findCut,
    }),
  },
  { law: 7, name: 'never frees what it pooled', change: () => ({ disposePooled: () => {} }) },
  {
    law: 7,
    name: 'leaks scratch where it ranks inside groups',
    change: ({ rankWithin }, books) => ({
      rankWithin: (items, groups, into) => {
        books.masks += 1;
        return rankWithin(items, groups, into);
      },
    }),
  },
  {
    law: 7,
    name: 'leaks what it had pooled already when a weight turns out to be gone',
    change: ({ pool }) => ({
      shape: ({ shape }) => shape,
      pool: async (items, blocks) => {
        for (const [i, item] of items.entries()) await pool([item], [blocks[i]!]);
        return pool(items, blocks);
      },
    }),
  },
  { law: 7, name: 'never frees a mask', change: () => ({ disposeMask: () => {} }) },
  {
    law: 7,
    name: 'leaks scratch when it fails',
    change: ({ enforce }, books) => ({
      shape: ({ shape }) => shape,
      enforce: (items) => {
        books.masks += 1;
        requireLive(items);
        books.masks -= 1;
        return enforce(items);
      },
    }),
  },
];
