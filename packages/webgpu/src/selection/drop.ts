import type { Context } from '../device/context.js';
import { dispatchKernel } from '../device/dispatch.js';
import { withScratch } from '../device/scratch.js';
import { createBatches } from './batches.js';
import { encodeCountDropped } from './counts.js';
import { dispatchTiles, parametersOf } from './dispatch-tiles.js';
import type { Entry } from './entries.js';

/** Whether a drop is of masks alone, or zeroes everything that is dropped as well. */
export type Dropping = 'masks' | 'masks and weights';

/**
 * Drops what each entry's cut takes, in one submission: all of it happens, or none. Returns how many elements each
 * entry's mask drops afterwards, which tells that the device has done it.
 */
export async function dropEntries(
  context: Context,
  entries: readonly Entry[],
  dropping: Dropping,
): Promise<number[]> {
  const { device, work, pipelines, limits, enforcingLimits, padding } = context;
  if (entries.every(({ item }) => item.mask.elements === 0)) return entries.map(() => 0);
  return withScratch(device, async (scratch) => {
    const masks = entries.map(({ item }) => item.mask);
    const bytes = await work.read((encoder) => {
      // Zeroing on the way is safe only when no weight ranks another.
      const isSafe = entries.every(({ item }) => item.score.kind !== 'tensor');
      const fused = dropping === 'masks and weights' && isSafe ? 'fused' : 'masks-only';
      const batches = createBatches(entries, 'ranking', limits);
      const parameters = scratch.uniform(parametersOf(batches, pipelines.slots));
      const last = batches.at(-1)!;
      const ties = scratch.words(last.tileBase + last.tiles + 1);
      const pass = encoder.beginComputePass();
      const over = { parameters, own: [ties], padding: padding() };
      dispatchTiles(device, pipelines, pass, `choose ${fused}`, batches, over);
      if (entries.some(({ quota }) => quota > 0)) {
        dispatchKernel(device, pass, pipelines.scanTies(), [ties]);
        dispatchTiles(device, pipelines, pass, `take_ties ${fused}`, batches, over);
      }
      if (dropping === 'masks and weights' && !isSafe) {
        const weights = createBatches(entries, 'weight', enforcingLimits);
        dispatchTiles(device, pipelines, pass, 'enforce', weights, {
          parameters: scratch.uniform(parametersOf(weights, pipelines.enforcingSlots)),
          padding: padding(),
        });
      }
      const counts = encodeCountDropped(context, pass, scratch, masks);
      pass.end();
      return { buffer: counts, bytes: 4 * masks.length };
    });
    return [...new Uint32Array(bytes.buffer)];
  });
}
