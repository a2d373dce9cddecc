import {
  type BackendManifest,
  blockCounts,
  type Cut,
  type CutGroup,
  type Item,
  type MaskedWeight,
  type PooledItem,
  type TensorBackend,
} from '@synaprune/core';
import { describe, elementsOf, isRecord, requireOptions } from '@synaprune/core/checks';
import {
  extentOf,
  fullMask,
  type HostMask,
  type HostWeight,
  packMask,
  shapeOf,
  unpackMask,
} from './host-weight.js';
import type { HostKernels, Part } from './kernels.js';
import { floatsOf, partOf } from './part-of.js';
import { withCodes } from './stored/with-codes.js';
import { combineMasks, gatherMask, poolPart, rankPart, spreadMask } from './units.js';
import { usualLoops } from './usual-loops.js';

const MANIFEST: BackendManifest = {
  name: 'host',
  scores: ['magnitude', 'tensor', 'random'],
  subnormals: 'ordered',
  nanPayloads: 'ordered',
};

/** How {@link hostBackend} works. */
export interface HostOptions {
  /**
   * The loops over memory: WASM SIMD where there is any, else plain TypeScript, unless told. Whichever they are,
   * the masks are the same.
   */
  readonly kernels?: HostKernels;
}

/**
 * The backend for weights in main memory: a `Float32Array`, or `{ values, shape }` where the shape matters
 * (to restore a state that another runtime saved). Weights are pruned in place. Every verb answers at once,
 * in time linear in the number of elements.
 *
 * @throws TypeError when an option is unknown, or the kernels are none
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const kernel = Float32Array.of(0.5, -0.1, 0.3, -0.9);
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: constantSparsity(0.5),
 * });
 * await pruner.update(0);
 * console.log([...kernel].map((value) => value.toFixed(1)).join(' ')); // 0.5 0.0 0.0 -0.9
 * pruner.dispose();
 * ```
 */
export function hostBackend(options: HostOptions = {}): TensorBackend<HostWeight, HostMask> {
  requireOptions('hostBackend', '', options as unknown, ['kernels']);
  if (options.kernels !== undefined) requireKernels(options.kernels);
  const kernels = options.kernels === undefined ? usualLoops() : withCodes(options.kernels);
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
    shape: shapeOf,
    extent: extentOf,
    read: floatsOf,
    createMask: (weight) => {
      const { memory } = extentOf(weight);
      if (!('memory' in weight) && memory === kernels.memory?.buffer) {
        throw new TypeError(
          'a weight inside the memory of the kernels is { memory, byteOffset, shape }, not a view',
        );
      }
      return fullMask(elementsOf(shapeOf(weight)));
    },
    disposeMask: () => {
      // Main memory is given back by the garbage collector.
    },
    readMask: packMask,
    writeMask: unpackMask,
    countKept: (masks) => masks.map(({ words }) => kernels.countKept(words)),
    countBelow(items, magnitudes) {
      const parts = items.map(partOf);
      return magnitudes.map((magnitude) => parts.map((part) => kernels.countBelow(part, magnitude)));
    },
    findCut: (items, count) => kernels.select(items.map(partOf), count),
    drop: (groups) => dropIn(planned(groups), kernels.drop),
    enforce: (items) => zeroIn(items.map(byMagnitude).map(partOf)),
    dropAndEnforce(groups) {
      const plan = planned(groups);
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
        rankPart(partOf(item), shapeOf(item.weight), groups[i]!, into[i]!);
    },
  };
}

/** A cut, and the parts it goes through. */
interface Planned {
  readonly parts: readonly Part[];
  readonly cut: Cut;
}

/** Everything that can fail comes first, so that no group is dropped unless all are. */
function planned(groups: readonly CutGroup<HostWeight, HostMask>[]): Planned[] {
  return groups.map(({ items, cut }) => ({ cut, parts: items.map(partOf) }));
}

/** An item that ranks by the weight itself. */
function byMagnitude({ weight, mask }: MaskedWeight<HostWeight, HostMask>): Item<HostWeight, HostMask> {
  return { weight, mask, score: { kind: 'magnitude' } };
}

const LOOPS = ['countBelow', 'select', 'drop', 'dropAndZero', 'zeroDropped', 'countKept'] as const;

function requireKernels(kernels: unknown): void {
  const missing = isRecord(kernels) ? LOOPS.find((loop) => typeof kernels[loop] !== 'function') : undefined;
  if (isRecord(kernels) && missing === undefined) return;
  throw new TypeError(
    `hostBackend needs kernels to be scriptKernels or what createWasmKernels returns, got ${describe(kernels)}` +
      (missing === undefined ? '' : ` without ${missing}`),
  );
}
