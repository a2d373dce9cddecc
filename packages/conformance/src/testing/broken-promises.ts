import { PruneError } from '@synaprune/core';
import { type BrokenBackend, itemsOf } from './broken-backend.js';
import type { ReferenceItem, ReferenceMask } from './reference-backend.js';

/** Defects against laws 6 to 9: reading back, leaking, forgetting, half-writing, lying. */
export const brokenPromises: readonly BrokenBackend[] = [
  {
    law: 6,
    name: 'reads the elements back to find a cut',
    change: ({ findCut }, books) => ({
      findCut: (items, selection) => {
        for (const { mask } of items) books.bytesRead += mask.kept.length * 4;
        return findCut(items, selection);
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
    law: 7,
    name: 'leaks a mask at every drop',
    change: ({ dropBelow }, books) => ({
      dropBelow: (groups) => {
        books.masks += 1;
        return dropBelow(groups);
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
  { law: 7, name: 'never frees a mask', change: () => ({ disposeMask: () => {} }) },
  {
    law: 7,
    name: 'leaks scratch when it fails',
    change: ({ enforce }, books) => ({
      enforce: (items) => {
        books.masks += 1;
        requireEach(items);
        books.masks -= 1;
        return enforce(items);
      },
    }),
  },
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
    change: ({ dropBelow }) => ({
      dropBelow: async (groups) => {
        for (const { items, cut } of groups) {
          for (const item of items) {
            requireEach([item]);
            await dropBelow([{ items: [item], cut }]);
          }
        }
      },
    }),
  },
  {
    law: 8,
    name: 'checks weights as it enforces',
    change: ({ enforce }) => ({
      enforce: async (items) => {
        for (const item of items) await enforce([item]);
      },
    }),
  },
  {
    law: 8,
    name: 'passes over weights that are gone',
    change: ({ dropBelow }) => ({
      dropBelow: (groups) =>
        itemsOf(groups).every(({ weight }) => weight.live) ? dropBelow(groups) : undefined,
    }),
  },
  {
    law: 8,
    name: 'fails with an error of its runtime',
    change: ({ enforce }) => ({
      enforce: (items) => {
        if (items.some(({ weight }) => !weight.live)) throw new Error('tensor is disposed');
        return enforce(items);
      },
    }),
  },
  {
    law: 9,
    name: 'remembers what a mask kept at first',
    change: ({ countKept }) => {
      const first = new WeakMap<ReferenceMask, number>();
      return {
        countKept: async (masks) => {
          const now = await countKept(masks);
          for (const [i, mask] of masks.entries()) if (!first.has(mask)) first.set(mask, now[i]!);
          return masks.map((mask) => first.get(mask)!);
        },
      };
    },
  },
  {
    law: 9,
    name: 'counts infinities and NaN in dropped elements',
    change: ({ countBelow }) => ({
      countBelow: async (items, magnitudes) => {
        const all = items.map((item) => ({ ...item, mask: { kept: item.mask.kept.map(() => 1) } }));
        return countBelow(all, magnitudes);
      },
    }),
  },
  {
    law: 9,
    name: 'lists a score that it does not have',
    change: ({ findCut }) => ({
      findCut: (items, selection) => {
        if (items.some(({ score }) => score.kind === 'random'))
          throw new PruneError('unsupported', 'no random');
        return findCut(items, selection);
      },
    }),
  },
  {
    law: 9,
    name: 'lists a pattern that nobody knows',
    change: ({ manifest }) => {
      const patterns = [...manifest.patterns, 'checkerboard'] as typeof manifest.patterns;
      return { manifest: { ...manifest, patterns } };
    },
  },
  {
    law: 9,
    name: 'says every weight is flat',
    change: () => ({ shape: ({ values }) => [values.length] }),
  },
];

function requireEach(items: readonly ReferenceItem[]): void {
  if (items.some(({ weight }) => !weight.live)) {
    throw new PruneError('weight-changed', 'needed a live weight, got one that is gone');
  }
}
