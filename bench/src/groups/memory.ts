import { scriptKernels } from '@synaprune/host';
import { type Bed, budgetOf, keepAll, type Plot, pruneNow } from '../bed.js';
import type { Context } from '../context.js';
import { GAUSSIAN } from '../distributions.js';
import { createHeapPlot } from '../heap-plot.js';
import { collectGarbage } from '../measure.js';
import { judged, type Row } from '../row.js';

/** What a pruning takes beyond weights and masks, as a share of the weights' bytes. */
export async function measureMemory({ sizes, bed, say }: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const elements of sizes) {
    say(`memory, ${elements} weights`);
    const ground = await bed(elements, GAUSSIAN);
    rows.push(row(ground, 'weights in WASM memory', ground.plot));
    for (const [name, kernels] of [
      ['weights on the heap, WASM kernels', ground.plot.kernels],
      ['weights on the heap, TypeScript kernels', scriptKernels],
    ] as const) {
      rows.push(row(ground, name, createHeapPlot(ground, kernels)));
    }
  }
  return rows;
}

function row(bed: Bed, work: string, plot: Plot): Row {
  const count = budgetOf(bed);
  let arrays: number;
  do {
    bed.restore();
    keepAll(plot);
    bed.scratch.forget();
    const before = settledArrays();
    pruneNow(plot, count);
    // Everything allocated on the way, whether collected since or not; an upper limit of what is held at once.
    arrays = process.memoryUsage().arrayBuffers - before;
    // Less than nothing: arrays of the row before were given back only now.
  } while (arrays < 0);
  const bytes = bed.scratch.peakBytes() + arrays;
  return judged('memory', {
    group: 'memory',
    work,
    elements: bed.elements,
    share: bytes / (4 * bed.elements),
    note: `${(bytes / 1024).toFixed(0)} KiB: ${(arrays / 1024).toFixed(0)} in arrays`,
  });
}

/** Bytes of arrays once nothing is given back any more: a large one goes some time after it was found to be garbage. */
function settledArrays(): number {
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    collectGarbage();
    const { arrayBuffers } = process.memoryUsage();
    if (arrayBuffers >= before) return arrayBuffers;
    before = arrayBuffers;
  }
}
