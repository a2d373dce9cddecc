import type { CutGroup, Item, MaskedWeight, TensorBackend } from '../contract/backend.js';
import { magnitudeOf } from '../contract/magnitude.js';
import { packedLength } from '../contract/packed-bits.js';
import { randomMagnitude } from '../contract/random-score.js';

/** A weight of the test backend. */
export interface ArrayWeight {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** One boolean an element, true for kept. */
export type ArrayMask = boolean[];

type ArrayItem = Item<ArrayWeight, ArrayMask>;

export function arrayWeight(...values: number[]): ArrayWeight {
  return { values: Float32Array.from(values), shape: [values.length] };
}

/**
 * The slowest backend that is obviously right: every selection is a full sort by (magnitude, weight, index).
 * The pruner's tests run on it; `liveMasks` counts masks that were not given back.
 */
export function createArrayBackend(): TensorBackend<ArrayWeight, ArrayMask> & {
  readonly liveMasks: () => number;
} {
  let live = 0;
  return {
    liveMasks: () => live,
    contract: 1,
    manifest: {
      name: 'array',
      scores: ['magnitude', 'tensor', 'random'],
      subnormals: 'ordered',
      nanPayloads: 'ordered',
    },
    shape: ({ shape }) => shape,
    createMask: ({ values }) => {
      live += 1;
      return Array.from(values, () => true);
    },
    disposeMask: () => {
      live -= 1;
    },
    countBelow: (items, magnitudes) =>
      magnitudes.map((magnitude) =>
        items.map((item) => keptOf([item]).filter((element) => element.magnitude < magnitude).length),
      ),
    findCut: (items, count) => {
      const ranked = keptOf(items);
      const { magnitude } = ranked[count - 1]!;
      const ties = ranked.slice(0, count).filter((element) => element.magnitude === magnitude).length;
      return { magnitude, ties };
    },
    drop: (groups) => {
      for (const { items, cut } of groups) {
        for (const { item, index } of taken(items, cut)) item.mask[index] = false;
      }
    },
    read: ({ values }) => values,
    enforce: zero,
    countKept: (masks) => masks.map((mask) => mask.filter(Boolean).length),
    readMask: (mask) => {
      const packed = new Uint8Array(packedLength(mask.length));
      for (const [i, kept] of mask.entries()) packed[i >> 3]! |= Number(kept) << (i % 8);
      return packed;
    },
    writeMask: (mask, packed) => {
      for (const i of mask.keys()) mask[i] = ((packed[i >> 3]! >> (i % 8)) & 1) === 1;
    },
  };
}

/** Kept elements in the order of law 2. */
function keptOf(items: readonly ArrayItem[]) {
  return items
    .flatMap((item, order) =>
      item.mask.map((kept, index) => ({ item, order, index, kept, magnitude: scoreAt(item, index) })),
    )
    .filter(({ kept }) => kept)
    .sort((a, b) => a.magnitude - b.magnitude || a.order - b.order || a.index - b.index);
}

function taken(items: readonly ArrayItem[], cut: CutGroup<ArrayWeight, ArrayMask>['cut']) {
  const ranked = keptOf(items);
  const below = ranked.filter(({ magnitude }) => magnitude < cut.magnitude);
  const equal = ranked.filter(({ magnitude }) => magnitude === cut.magnitude);
  return [...below, ...equal.slice(0, cut.ties)];
}

function scoreAt({ weight, score }: ArrayItem, index: number): number {
  switch (score.kind) {
    case 'magnitude':
      return magnitudeOf(weight.values[index]!);
    case 'tensor':
      return magnitudeOf(score.tensor.values[index]!);
    case 'random':
      return randomMagnitude(score.seed, index);
  }
}

function zero(items: readonly MaskedWeight<ArrayWeight, ArrayMask>[]): void {
  for (const { weight, mask } of items) {
    for (const [i, kept] of mask.entries()) if (!kept) weight.values[i] = 0;
  }
}
