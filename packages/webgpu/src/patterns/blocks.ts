import type { Blocks } from '@synaprune/core';
import type { Context } from '../device/context.js';
import { dispatchKernel } from '../device/dispatch.js';
import { USAGE } from '../device/flags.js';
import type { OwnWords } from '../device/names.js';
import { withScratch } from '../device/scratch.js';
import { type MaskStore, markChanged, type PagedMask } from '../masks/mask-store.js';
import type { OwnItem, WebgpuItem } from '../selection/entries.js';
import { PLACE_WORDS, type Walker } from '../wgsl/blocks.js';
import { THREADS } from '../wgsl/tiles.js';
import { type Grid, gridOf } from './grid.js';
import { bindRanking, randomWords } from './place.js';

/** Elements of a block up to which one thread walks it. */
const FEW = 64;

/** What {@link poolItems} makes of an item. */
export interface OwnPooledItem extends WebgpuItem {
  readonly mask: PagedMask;
}

/** The blocks of each item as an item of its own, the caller's. All of it is made, or nothing. */
export async function poolItems(
  context: Context,
  store: MaskStore,
  items: readonly OwnItem[],
  blocks: readonly Blocks[],
): Promise<OwnPooledItem[]> {
  const { device, work, pipelines } = context;
  const plans = items.map((item, i) => {
    const { pooling } = blocks[i]!;
    return { item, grid: gridOf(blocks[i]!), pooling, ranking: bindRanking(context, item) };
  });
  const made: OwnPooledItem[] = [];
  try {
    await withScratch(device, (scratch) =>
      work.run((encoder) => {
        const pass = encoder.beginComputePass();
        const drops: { readonly from: GPUBuffer; readonly mask: PagedMask }[] = [];
        for (const { item, grid, pooling, ranking } of plans) {
          const mask = store.create(grid.shape);
          const buffer = device.createBuffer({
            label: 'synaprune pooled',
            size: Math.max(4, 4 * grid.units),
            usage: USAGE.storage | USAGE.copySource | USAGE.copyTarget,
          });
          made.push({ weight: { buffer, shape: grid.shape }, mask, score: { kind: 'magnitude' } });
          if (grid.units === 0) continue;
          const dropped = scratch.words(mask.words);
          const place = scratch.storage(placeOf(grid, item.mask, [ranking.lead, ...randomWords(item)]));
          const walker: Walker = grid.elements <= FEW ? 'thread' : 'workgroup';
          const bound = [ranking.binding, item.mask.page.buffer, place, buffer, dropped];
          const workgroups = walker === 'thread' ? Math.ceil(grid.units / THREADS) : grid.units;
          dispatchKernel(device, pass, pipelines.pool(pooling, walker), bound, workgroups);
          markChanged(mask);
          drops.push({ from: dropped, mask });
        }
        pass.end();
        for (const { from, mask } of drops) {
          encoder.copyBufferToBuffer(from, 0, mask.page.buffer, 4 * mask.firstWord, 4 * mask.words);
        }
      }),
    );
  } catch (error) {
    const failure = made.find(({ mask }) => mask.page.failure !== undefined)?.mask.page.failure;
    disposePooled(store, made);
    throw failure ?? error;
  }
  return made;
}

/** Gives back what {@link poolItems} made. */
export function disposePooled(store: MaskStore, pooled: readonly WebgpuItem[]): void {
  for (const { weight, mask } of pooled) {
    weight.buffer.destroy();
    store.dispose(mask as PagedMask);
  }
}

/** Drops, in each mask of elements, those whose block is dropped in the mask of units. */
export function spreadMasks(
  { device, work, pipelines }: Context,
  units: readonly PagedMask[],
  blocks: readonly Blocks[],
  into: readonly PagedMask[],
): Promise<void> {
  const grids = blocks.map(gridOf);
  return withScratch(device, (scratch) =>
    work.run((encoder) => {
      // Copies, because a page cannot be bound for reading and for writing at once.
      const copies = units.map(({ page, firstWord, words }) => {
        const copy = scratch.words(words);
        encoder.copyBufferToBuffer(page.buffer, 4 * firstWord, copy, 0, 4 * words);
        return copy;
      });
      const pass = encoder.beginComputePass();
      for (const [i, mask] of into.entries()) {
        if (mask.elements === 0) continue;
        const bound = [mask.page.buffer, copies[i]!, scratch.storage(placeOf(grids[i]!, mask))];
        dispatchKernel(device, pass, pipelines.spread(), bound, Math.ceil(mask.words / THREADS));
      }
      pass.end();
    }),
  );
}

/** Where a weight's blocks are, in the layout of `place` in WGSL. */
function placeOf(
  { units, axes }: Grid,
  { elements, firstWord }: PagedMask,
  [lead = 0, random = 0, seed = 0]: readonly number[] = [],
): OwnWords {
  const words = new Uint32Array(PLACE_WORDS + 4 * axes.length);
  words.set([axes.length, units, elements, lead, firstWord, random, seed]);
  for (const [i, { length, edge, blocks, stride }] of axes.entries()) {
    words.set([length, edge, blocks, stride], PLACE_WORDS + 4 * i);
  }
  return words;
}
