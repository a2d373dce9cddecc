import type { HostKernels } from '@synaprune/host';
import { type Bed, createPlot, keepAll, type Plot } from './bed.js';

/** A copy of a bed's weights on the JavaScript heap, pruned by any kernels. */
export function createHeapPlot(
  { originals, spans }: Bed,
  kernels: HostKernels,
): Plot & { readonly restore: () => void } {
  const values = originals.slice();
  const begin = spans[0]!.byteOffset;
  const plot = createPlot(
    kernels,
    spans.map(({ byteOffset, elements }) => {
      const from = (byteOffset - begin) / 4;
      return values.subarray(from, from + elements);
    }),
  );
  return {
    ...plot,
    restore() {
      values.set(originals);
      keepAll(plot);
    },
  };
}
