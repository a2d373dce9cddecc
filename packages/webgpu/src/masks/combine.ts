import type { Context } from '../device/context.js';
import { dispatchKernel } from '../device/dispatch.js';
import { withScratch } from '../device/scratch.js';
import { THREADS } from '../wgsl/tiles.js';
import type { PagedMask } from './mask-store.js';

/** Changes the mask `into` by the mask `from`: keeps what either keeps, or drops what `from` keeps. */
export function combineMasks(
  { device, work, pipelines }: Context,
  into: PagedMask,
  from: PagedMask,
  how: 'or' | 'andNot',
): Promise<void> {
  return withScratch(device, (scratch) =>
    work.run((encoder) => {
      // A copy, because a page cannot be bound for reading and for writing at once.
      const words = scratch.words(from.words);
      encoder.copyBufferToBuffer(from.page.buffer, 4 * from.firstWord, words, 0, 4 * from.words);
      const place = scratch.uniform(Uint32Array.of(into.firstWord, into.elements, Number(how === 'or'), 0));
      const pass = encoder.beginComputePass();
      const buffers = [into.page.buffer, words, place];
      dispatchKernel(device, pass, pipelines.combine(), buffers, Math.ceil(into.words / THREADS));
      pass.end();
    }),
  );
}
