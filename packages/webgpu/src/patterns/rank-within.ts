import type { GroupsAlong } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import type { Context } from '../device/context.js';
import { dispatchKernel } from '../device/dispatch.js';
import { withScratch } from '../device/scratch.js';
import type { PagedMask } from '../masks/mask-store.js';
import type { OwnItem } from '../selection/entries.js';
import { THREADS } from '../wgsl/tiles.js';
import { bindRanking, randomWords } from './place.js';

/** Overwrites each mask of `into`: it keeps the kept elements of its item that their group can spare. */
export async function rankWithinGroups(
  context: Context,
  items: readonly OwnItem[],
  groups: readonly GroupsAlong[],
  into: readonly PagedMask[],
): Promise<void> {
  const { device, work, pipelines } = context;
  const rankings = items.map((item) => bindRanking(context, item));
  await withScratch(device, (scratch) =>
    work.run((encoder) => {
      const pass = encoder.beginComputePass();
      const results = items.map((item, i) => {
        const { shape, elements, page, firstWord, words } = item.mask;
        const { keep, of, axis } = groups[i]!;
        const { binding, lead } = rankings[i]!;
        const result = scratch.words(words);
        if (elements === 0) return result;
        const stride = elementsOf(shape.slice(axis + 1));
        const place = [elements, lead, firstWord, ...randomWords(item), keep, of, shape[axis]!, stride];
        const bound = [binding, page.buffer, scratch.storage(Uint32Array.from(place)), result];
        dispatchKernel(device, pass, pipelines.rankWithin(), bound, Math.ceil(elements / THREADS));
        return result;
      });
      pass.end();
      for (const [i, { page, firstWord, words }] of into.entries()) {
        encoder.copyBufferToBuffer(results[i]!, 0, page.buffer, 4 * firstWord, 4 * words);
      }
    }),
  );
}
