import { PruneError } from '@synaprune/core';
import type { BrokenBackend } from './broken-backend.js';
import type { ReferenceMask } from './reference-backend.js';

/** Defects against law 9: saying what is not so. */
export const brokenReports: readonly BrokenBackend[] = [
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
