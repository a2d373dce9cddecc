import {
  type BackendManifest,
  blockCounts,
  type Cut,
  type CutGroup,
  type Extent,
  type Item,
  type MaskedWeight,
  type PooledItem,
  type TensorBackend,
} from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import { fullMask, type HostMask, packMask, unpackMask } from './host-weight.js';
import type { HostKernels, Part } from './kernels.js';
import { combineMasks, gatherMask, poolPart, rankPart, spreadMask } from './units.js';

const MANIFEST: BackendManifest = {
  name: 'host',
  scores: ['magnitude', 'tensor', 'random'],
  subnormals: 'ordered',
  nanPayloads: 'ordered',
};

/** What a backend for main memory has to know of the weights that it takes. */
export interface MemoryAccess<Weight> {
  readonly shapeOf: (weight: Weight) => readonly number[];
  readonly extentOf: (weight: Weight) => Extent;
  readonly floatsOf: (weight: Weight) => Float32Array;
  /** A weight, ranked by its score, as the kernels take it. */
  readonly partOf: (item: Item<Weight, HostMask>) => Part;
}

/** The backend for weights in main memory, of whatever kinds, and loops over them. */
export function memoryBackend<Weight extends object>(
  access: MemoryAccess<Weight>,
  kernels: HostKernels,
): TensorBackend<Weight, HostMask> {
  const { partOf } = access;
  const dropIn = (planned: readonly Planned[], take: HostKernels['drop']): void => {
    for (const { parts, cut } of planned) {
      let { ties } = cut;
      for (const part of parts) ties -= take(part, cut.magnitude, ties);
    }
  };
  const zeroIn = (parts: readonly Part[]): void => {
    for (const part of parts) kernels.zeroDropped(part);
  };
  return {
    contract: 1,
    manifest: MANIFEST,
    shape: access.shapeOf,
    extent: access.extentOf,
    read: access.floatsOf,
    createMask: (weight) => {
      const { memory } = access.extentOf(weight);
      if (!('memory' in weight) && memory === kernels.memory?.buffer) {
        throw new TypeError(
          'a weight inside the memory of the kernels is { memory, byteOffset, shape }, not a view',
        );
      }
      return fullMask(elementsOf(access.shapeOf(weight)));
    },
    disposeMask: () => {
      // Main memory is given back by the garbage collector.
    },
    readMask: packMask,
    writeMask: unpackMask,
    countKept: (masks) => masks.map(({ words }) => kernels.countKept(words)),
    countBelow(items, magnitudes) {
      const parts = items.map((item) => partOf(item));
      return magnitudes.map((magnitude) => parts.map((part) => kernels.countBelow(part, magnitude)));
    },
    findCut: (items, count) =>
      kernels.select(
        items.map((item) => partOf(item)),
        count,
      ),
    drop: (groups) => dropIn(planned(groups, partOf), kernels.drop),
    enforce: (items) => zeroIn(items.map((item) => partOf(byMagnitude(item)))),
    dropAndEnforce(groups) {
      const plan = planned(groups, partOf);
      // A score may be another weight of the list: then nothing is zeroed before every choice is made.
      const alone = groups.every(({ items }) => items.every(({ score }) => score.kind === 'magnitude'));
      dropIn(plan, alone ? kernels.dropAndZero : kernels.drop);
      if (!alone) zeroIn(plan.flatMap(({ parts }) => parts));
    },
    combine: combineMasks,
    pool: (items, blocks) =>
      items.map((item, i) => {
        const { shape, edges } = blocks[i]!;
        const magnitudes = poolPart(partOf(item), blocks[i]!);
        const mask = fullMask(magnitudes.length);
        gatherMask(mask, item.mask, blocks[i]!);
        const weight = {
          values: new Float32Array(magnitudes.buffer as ArrayBuffer),
          shape: blockCounts(shape, edges),
        };
        const pooled = { weight, mask, score: { kind: 'magnitude' } } as const;
        return pooled as PooledItem;
      }),
    disposePooled: () => {
      // Main memory is given back by the garbage collector.
    },
    spread(pooled, blocks, into) {
      for (const [i, { mask }] of pooled.entries()) spreadMask(mask, into[i]!, blocks[i]!);
    },
    rankWithin(items, groups, into) {
      for (const [i, item] of items.entries())
        rankPart(partOf(item), access.shapeOf(item.weight), groups[i]!, into[i]!);
    },
  };
}

/** A cut, and the parts it goes through. */
interface Planned {
  readonly parts: readonly Part[];
  readonly cut: Cut;
}

/** Everything that can fail comes first, so that no group is dropped unless all are. */
function planned<Weight>(
  groups: readonly CutGroup<Weight, HostMask>[],
  partOf: MemoryAccess<Weight>['partOf'],
): Planned[] {
  return groups.map(({ items, cut }) => ({ cut, parts: items.map((item) => partOf(item)) }));
}

/** An item that ranks by the weight itself. */
function byMagnitude<Weight>({ weight, mask }: MaskedWeight<Weight, HostMask>): Item<Weight, HostMask> {
  return { weight, mask, score: { kind: 'magnitude' } };
}
