import { PruneError } from '@synaprune/core';
import type { BrokenBackend } from './broken-backend.js';
import type { ReferenceMask, ReferenceWeight } from './reference.js';

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
        const all = items.map((item) => ({
          ...item,
          mask: { ...item.mask, kept: item.mask.kept.map(() => 1) },
        }));
        return countBelow(all, magnitudes);
      },
    }),
  },
  {
    law: 9,
    name: 'finds the mask of a weight by the weight',
    change: ({ createMask, countBelow }) => {
      const latest = new WeakMap<ReferenceWeight, ReferenceMask>();
      return {
        createMask: (weight) => {
          const mask = createMask(weight);
          latest.set(weight, mask);
          return mask;
        },
        countBelow: (items, magnitudes) =>
          countBelow(
            items.map((item) => ({ ...item, mask: latest.get(item.weight) ?? item.mask })),
            magnitudes,
          ),
      };
    },
  },
  {
    law: 9,
    name: 'hands out the mask again that a weight had',
    change: ({ createMask }) => {
      const first = new WeakMap<ReferenceWeight, ReferenceMask>();
      return {
        createMask: (weight) => {
          const mask = first.get(weight) ?? createMask(weight);
          first.set(weight, mask);
          return mask;
        },
      };
    },
  },
  {
    law: 9,
    name: 'sees no zero below the smallest float there is',
    change: ({ countBelow }) => ({
      countBelow: (items, magnitudes) =>
        countBelow(
          items,
          magnitudes.map((magnitude) => (magnitude < 0x00800000 ? 0 : magnitude)),
        ),
    }),
  },
  {
    law: 9,
    name: 'counts +0 alone as zero',
    change: ({ countBelow }) => ({
      countBelow: async (items, magnitudes) => {
        const counts = await countBelow(items, magnitudes);
        const minus = items.map(({ weight, mask, score }) =>
          score.kind === 'magnitude'
            ? weight.values.filter((value, i) => mask.kept[i] === 1 && Object.is(value, -0)).length
            : 0,
        );
        return counts.map((row, m) =>
          row.map((count, i) => (magnitudes[m] === 1 ? count - minus[i]! : count)),
        );
      },
    }),
  },
  {
    law: 9,
    name: 'says that all weights lie at one place',
    change: () => {
      const memory = {};
      return { extent: ({ values }) => ({ memory, byteOffset: 0, byteLength: values.byteLength }) };
    },
  },
  {
    law: 9,
    name: 'says that weights take no room',
    change: () => ({ extent: (memory) => ({ memory, byteOffset: 0, byteLength: 0 }) }),
  },
  {
    law: 9,
    name: 'lists a score that it does not have',
    change: ({ findCut }) => ({
      findCut: (items, count) => {
        if (items.some(({ score }) => score.kind === 'random'))
          throw new PruneError('unsupported', 'no random');
        return findCut(items, count);
      },
    }),
  },
  {
    law: 9,
    name: 'lists a score that nobody knows',
    change: ({ manifest }) => {
      const scores = [...manifest.scores, 'gut feeling'] as typeof manifest.scores;
      return { manifest: { ...manifest, scores } };
    },
  },
  {
    law: 9,
    name: 'says every weight is flat',
    change: () => ({ shape: ({ values }) => [values.length] }),
  },
];
