import type { Context } from '../device/context.js';
import { dispatchKernel } from '../device/dispatch.js';
import { type ScratchBuffers, withScratch } from '../device/scratch.js';
import type { Page, PagedMask } from '../masks/mask-store.js';
import { COUNT_WORDS } from '../wgsl/counts.js';
import { MAGNITUDES } from '../wgsl/tiles.js';
import { createBatches } from './batches.js';
import { dispatchTiles, parametersOf } from './dispatch-tiles.js';
import type { Entry } from './entries.js';

/** Has the dropped elements of each mask counted, into a buffer of one word a mask. */
export function encodeCountDropped(
  { device, pipelines }: Context,
  pass: GPUComputePassEncoder,
  scratch: ScratchBuffers,
  masks: readonly PagedMask[],
): GPUBuffer {
  const counts = scratch.words(masks.length);
  const pages = new Map<Page, number[]>();
  for (const [i, { page, firstWord, words }] of masks.entries()) {
    const chunks = pages.get(page) ?? [];
    pages.set(page, chunks);
    for (let word = 0; word < words; word += COUNT_WORDS) {
      chunks.push(firstWord + word, Math.min(COUNT_WORDS, words - word), i);
    }
  }
  for (const [page, chunks] of pages) {
    const table = scratch.storage(Uint32Array.from(chunks));
    dispatchKernel(device, pass, pipelines.countDropped(), [page.buffer, table, counts], chunks.length / 3);
  }
  return counts;
}

/** How many elements each mask drops. */
export function countDropped(context: Context, masks: readonly PagedMask[]): Promise<number[]> {
  return withScratch(context.device, async (scratch) => {
    const bytes = await context.work.read((encoder) => {
      const pass = encoder.beginComputePass();
      const counts = encodeCountDropped(context, pass, scratch, masks);
      pass.end();
      return { buffer: counts, bytes: 4 * masks.length };
    });
    return [...new Uint32Array(bytes.buffer)];
  });
}

/** How many kept elements score below each magnitude, as `[magnitude][index of the entry]`. */
export function countBelow(
  { device, work, pipelines, limits, padding }: Context,
  entries: readonly Entry[],
  magnitudes: readonly number[],
): Promise<number[][]> {
  const batches = createBatches(entries, 'ranking', limits);
  const rounds = Array.from({ length: Math.ceil(magnitudes.length / MAGNITUDES) }, (_, round) =>
    magnitudes.slice(round * MAGNITUDES, (round + 1) * MAGNITUDES),
  );
  const indices = 1 + entries.reduce((most, { index }) => Math.max(most, index), -1);
  const perRound = indices * MAGNITUDES;
  return withScratch(device, async (scratch) => {
    const bytes = await work.read((encoder) => {
      const all = scratch.words(rounds.length * perRound);
      for (const [round, four] of rounds.entries()) {
        const counts = scratch.words(perRound);
        const extra = { magnitudes: four };
        const pass = encoder.beginComputePass();
        dispatchTiles(device, pipelines, pass, 'count_below', batches, {
          parameters: scratch.uniform(parametersOf(batches, pipelines.slots, extra)),
          own: [counts],
          padding: padding(),
        });
        pass.end();
        encoder.copyBufferToBuffer(counts, 0, all, 4 * round * perRound, 4 * perRound);
      }
      return { buffer: all, bytes: 4 * rounds.length * perRound };
    });
    const counts = new Uint32Array(bytes.buffer);
    return magnitudes.map((_, m) =>
      Array.from(
        { length: indices },
        (_index, i) => counts[Math.floor(m / MAGNITUDES) * perRound + i * MAGNITUDES + (m % MAGNITUDES)]!,
      ),
    );
  });
}
