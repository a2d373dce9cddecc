import { type BrokenBackend, itemsOf } from './broken-backend.js';
import type { ReferenceMask } from './reference.js';
import { requireLive, scoreAt } from './reference-backend.js';
import { blockVerbs } from './reference-blocks.js';

/** Defects against law 8: forgetting, and failing half-way. */
export const brokenResumes: readonly BrokenBackend[] = [
  {
    law: 8,
    name: 'loses the last byte of a mask that is written',
    change: ({ writeMask }) => ({
      writeMask: (mask, packed) =>
        writeMask(
          mask,
          Uint8Array.from(packed, (byte, i) => (i === packed.length - 1 ? 0 : byte)),
        ),
    }),
  },
  {
    law: 8,
    name: 'only drops when a mask is written',
    change: ({ writeMask }) => ({
      writeMask: async (mask, packed) => {
        const before = mask.kept.slice();
        await writeMask(mask, packed);
        before.forEach((flag, i) => {
          if (flag === 0) mask.kept[i] = 0;
        });
      },
    }),
  },
  {
    law: 8,
    name: 'writes masks that only the same backend can read',
    change: ({ readMask, writeMask }, books) => {
      const secret = books.backends % 256;
      return {
        readMask: async (mask) => (await readMask(mask)).map((byte) => byte ^ secret),
        writeMask: (mask, packed) =>
          writeMask(
            mask,
            packed.map((byte) => byte ^ secret),
          ),
      };
    },
  },
  {
    law: 8,
    name: 'hands out its own bytes',
    change: ({ readMask, writeMask }) => {
      const own = new WeakMap<ReferenceMask, Uint8Array>();
      return {
        writeMask: async (mask, packed) => {
          await writeMask(mask, packed);
          own.set(mask, packed);
        },
        readMask: (mask) => own.get(mask) ?? readMask(mask),
      };
    },
  },
  {
    law: 8,
    name: 'checks weights as it drops',
    change: ({ drop }) => ({
      shape: ({ shape }) => shape,
      drop: async (groups) => {
        for (const { items, cut } of groups) {
          for (const item of items) {
            requireLive([item]);
            await drop([{ items: [item], cut }]);
          }
        }
      },
    }),
  },
  {
    law: 8,
    name: 'checks weights as it enforces',
    change: ({ enforce }) => ({
      shape: ({ shape }) => shape,
      enforce: async (items) => {
        for (const item of items) await enforce([item]);
      },
    }),
  },
  {
    law: 8,
    name: 'passes over weights that are gone',
    change: ({ drop }) => ({
      shape: ({ shape }) => shape,
      drop: (groups) => (itemsOf(groups).every(({ weight }) => weight.live) ? drop(groups) : undefined),
    }),
  },
  {
    law: 8,
    name: 'writes masks of spare elements until it meets a weight that is gone',
    change: ({ rankWithin }) => ({
      shape: ({ shape }) => shape,
      rankWithin: async (items, groups, into) => {
        for (const [i, item] of items.entries()) await rankWithin([item], [groups[i]!], [into[i]!]);
      },
    }),
  },
  {
    law: 8,
    name: 'pools weights that are gone as if they were there',
    change: (_, books) => ({ shape: ({ shape }) => shape, ...blockVerbs(books, scoreAt) }),
  },
  {
    law: 8,
    name: 'fails with an error of its runtime',
    change: ({ enforce }) => ({
      shape: ({ shape }) => shape,
      enforce: (items) => {
        if (items.some(({ weight }) => !weight.live)) throw new Error('tensor is disposed');
        return enforce(items);
      },
    }),
  },
];
