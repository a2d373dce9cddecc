import { scriptKernels } from '@synaprune/host';
import { budgetOf, pruneNow } from '../bed.js';
import type { Context } from '../context.js';
import { GAUSSIAN } from '../distributions.js';
import { createHeapPlot } from '../heap-plot.js';
import { measure } from '../measure.js';
import { type Row, rowOf } from '../row.js';
import { bothFloors, readFloor } from './floors.js';
import { measureHeapPruner } from './heap-pruner.js';

/** Weights as plain `Float32Array`s, through WASM kernels and through plain TypeScript. */
export async function measureHeap(context: Context): Promise<Row[]> {
  return [...(await measureKernels(context)), ...(await measureHeapPruner(context))];
}

async function measureKernels({ sizes, rounds, bed, say }: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const elements of sizes) {
    say(`JavaScript heap, ${elements} weights`);
    const ground = await bed(elements, GAUSSIAN);
    const count = budgetOf(ground);
    const wasm = createHeapPlot(ground, ground.plot.kernels);
    const script = createHeapPlot(ground, scriptKernels);
    const prepare = () => {
      ground.restore();
      wasm.restore();
      script.restore();
    };
    const [read, both, wasmSelect, scriptSelect, wasmPrune, scriptPrune] = await measure(
      [
        readFloor(ground),
        bothFloors(ground),
        {
          name: 'select, WASM kernels',
          run: () => wasm.kernels.select(wasm.parts, count),
        },
        {
          name: 'select, TypeScript kernels',
          run: () => scriptKernels.select(script.parts, count),
        },
        { name: 'full prune, WASM kernels', run: () => pruneNow(wasm, count) },
        { name: 'full prune, TypeScript kernels', run: () => pruneNow(script, count) },
      ],
      { ...rounds(elements), prepare },
    );
    const options = { group: 'heap', elements };
    rows.push(
      rowOf(wasmSelect!, read!, { ...options, goal: 'heap' }),
      rowOf(scriptSelect!, read!, { ...options, goal: 'heap-script' }),
      rowOf(wasmPrune!, both!, options),
      rowOf(scriptPrune!, both!, options),
    );
  }
  return rows;
}
