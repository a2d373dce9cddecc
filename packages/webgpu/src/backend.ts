import {
  type BackendManifest,
  type CutGroup,
  findCutByCounting,
  type PooledItem,
  type TensorBackend,
} from '@synaprune/core';
import { openContext, type WebgpuOptions } from './device/context.js';
import { combineMasks } from './masks/combine.js';
import {
  createMaskStore,
  markChanged,
  type PagedMask,
  packKept,
  type WebgpuMask,
} from './masks/mask-store.js';
import { disposePooled, poolItems, spreadMasks } from './patterns/blocks.js';
import { rankWithinGroups } from './patterns/rank-within.js';
import { countBelow, countDropped } from './selection/counts.js';
import { type Dropping, dropEntries } from './selection/drop.js';
import { createEnforcing } from './selection/enforcing.js';
import { entriesOf, entriesOfGroups, ownItem, ownMask } from './selection/entries.js';
import { selectRank } from './selection/select.js';
import { readWeight } from './weights/read.js';
import { extentOf, shapeOf, type WebgpuWeight } from './weights/weight.js';

const MANIFEST: BackendManifest = {
  name: 'webgpu',
  scores: ['magnitude', 'tensor', 'random'],
  // The kernels see bits, never floats, so that nothing is flushed.
  subnormals: 'ordered',
  nanPayloads: 'ordered',
};

/**
 * Prunes float32 weights in WebGPU buffers, on the device: the cut is searched, the masks are kept and the weights
 * are zeroed there, and a hundred bytes or so are read back at each update. `enforce` only enqueues.
 *
 * Weights must not be written while an update is in flight, other than by commands queued before it. What the
 * device finds wrong with an `enforce` (a buffer that was destroyed) is thrown by the next call.
 *
 * @throws TypeError when `device` is none
 * @throws RangeError when a ceiling is no positive integer, or too low to work with
 * @throws PruneError `unsupported` when `subgroups: true` meets a device without them
 *
 * @example
 * ```ts no-run
 * import { createPruner, constantSparsity } from '@synaprune/core';
 * import { webgpuBackend } from '@synaprune/webgpu';
 *
 * const adapter = await navigator.gpu.requestAdapter();
 * const device = await adapter!.requestDevice();
 * const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
 * device.queue.writeBuffer(buffer, 0, Float32Array.of(3, -1, 2, -4));
 * const pruner = createPruner({
 *   backend: webgpuBackend({ device }),
 *   weights: [{ name: 'kernel', weight: { buffer, shape: [4] } }],
 *   schedule: constantSparsity(0.5),
 * });
 * await pruner.update(0); // the buffer now holds 3, 0, 0, −4
 * ```
 */
export function webgpuBackend(options: WebgpuOptions): TensorBackend<WebgpuWeight, WebgpuMask> {
  const context = openContext(options, () => enforcing.forget());
  const { device, work, kept } = context;
  const store = createMaskStore(device, work);
  const enforcing = createEnforcing(context);

  const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

  /** Kept elements of each mask; asks the device only where a mask has changed since. */
  const countKept = (masks: readonly WebgpuMask[]): readonly number[] | Promise<readonly number[]> => {
    work.requireUsable();
    const owned = masks.map(ownMask);
    if (owned.every((mask) => mask.kept !== undefined)) return owned.map((mask) => mask.kept!);
    return learnKept(owned, countDropped(context, owned));
  };

  const drop = async (
    groups: readonly CutGroup<WebgpuWeight, WebgpuMask>[],
    dropping: Dropping,
  ): Promise<void> => {
    work.requireUsable();
    const entries = entriesOfGroups(groups);
    if (entries.length === 0) return;
    const masks = entries.map(({ item }) => item.mask);
    for (const mask of masks) markChanged(mask);
    await learnKept(masks, dropEntries(context, entries, dropping));
  };

  return {
    contract: 1,
    manifest: MANIFEST,
    shape: shapeOf,
    extent: extentOf,

    createMask({ shape }) {
      work.requireUsable();
      return store.create(shape);
    },

    disposeMask(mask) {
      enforcing.forgetMask(mask);
      store.dispose(mask as PagedMask);
      if (store.empty()) kept.release();
    },

    async countBelow(items, magnitudes) {
      work.requireUsable();
      return countBelow(context, entriesOf(items), magnitudes);
    },

    async findCut(items, count) {
      work.requireUsable();
      const entries = entriesOf(items);
      const keptElements = total(await countKept(items.map(({ mask }) => mask)));
      const elements = total(entries.map(({ item }) => item.mask.elements));
      if (count > keptElements) {
        throw new RangeError(
          `webgpu was asked for a cut of ${count} elements, of which ${keptElements} are kept`,
        );
      }
      const found = await selectRank(context, entries, { rank: count, kept: keptElements, elements });
      if (found !== undefined) return found;
      // Exact whatever the sample did, at the price of more passes.
      const together = entries.map((entry) => ({ ...entry, index: 0 }));
      const search = findCutByCounting<WebgpuWeight, WebgpuMask>(
        (_, magnitudes) => countBelow(context, together, magnitudes),
        { cutsPerRound: 15 },
      );
      return search(items, count);
    },

    drop: (groups) => drop(groups, 'masks'),

    dropAndEnforce: (groups) => drop(groups, 'masks and weights'),

    enforce(items) {
      work.requireUsable();
      enforcing.enforce(items);
    },

    countKept,

    async read(weight) {
      work.requireUsable();
      return readWeight(context, weight);
    },

    async readMask(mask) {
      work.requireUsable();
      const { page, firstWord, words, elements } = ownMask(mask);
      const bytes = await work.read(() => ({
        buffer: page.buffer,
        offset: 4 * firstWord,
        bytes: 4 * words,
      }));
      return packKept(bytes, elements);
    },

    writeMask(mask, packed) {
      work.requireUsable();
      store.write(ownMask(mask), packed);
    },

    async combine(into, from, how) {
      work.requireUsable();
      const [changed, other] = [ownMask(into), ownMask(from)];
      markChanged(changed);
      await combineMasks(context, changed, other, how);
    },

    async pool(items, blocks) {
      work.requireUsable();
      const pooled = await poolItems(context, store, items.map(ownItem), blocks);
      // Its type is nobody's business outside.
      return pooled as unknown as readonly PooledItem[];
    },

    disposePooled(items) {
      disposePooled(store, items);
      if (store.empty()) kept.release();
    },

    async spread(pooled, blocks, into) {
      work.requireUsable();
      const masks = into.map(ownMask);
      for (const mask of masks) markChanged(mask);
      const units = pooled.map(({ mask }) => ownMask(mask));
      await spreadMasks(context, units, blocks, masks);
    },

    async rankWithin(items, groups, into) {
      work.requireUsable();
      const masks = into.map(ownMask);
      for (const mask of masks) markChanged(mask);
      await rankWithinGroups(context, items.map(ownItem), groups, masks);
    },
  };
}

/** Kept elements from dropped ones; remembered where the mask has not changed while they were counted. */
async function learnKept(
  masks: readonly PagedMask[],
  counting: Promise<readonly number[]>,
): Promise<number[]> {
  const changes = masks.map((mask) => mask.changes);
  const dropped = await counting;
  return masks.map((mask, i) => {
    const kept = mask.elements - dropped[i]!;
    if (mask.changes === changes[i]) mask.kept = kept;
    return kept;
  });
}
