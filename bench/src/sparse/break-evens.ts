import { packSparse, type WasmKernels } from '@synaprune/sparse';
import * as tf from '@tensorflow/tfjs';
import type { Context } from '../context.js';
import { measure } from '../measure.js';
import type { Row } from '../row.js';
import { prunedKernel } from './pruned-kernel.js';
import { tensorflowHeap } from './tensorflow-heap.js';

/** The share of weights that is stored while measuring. */
const STORED = 0.4;
/** Nanoseconds that one turn is to take. */
const TURN = 2e6;

/**
 * The share of a layer that may be stored before all weights are multiplied faster by the dense loops of the same package:
 * the table by which packSparse chooses.
 */
export async function measureBreakEvens(
  { rounds, say }: Context,
  kernels: WasmKernels,
  [inputs, outputs]: readonly [number, number],
): Promise<Row[]> {
  const rows: Row[] = [];
  const heap = tensorflowHeap();
  for (const batch of [1, 2, 4, 8, 32]) {
    say(`sparse, table, ${inputs} × ${outputs}, ${batch} samples`);
    const x = tf.zeros([batch, inputs]);
    const y = tf.zeros([batch, outputs]);
    // A tensor has a place once it was read.
    await Promise.all([x.data(), y.data()]);
    const product = { inputs: heap.offsetOf(x), out: heap.offsetOf(y), batch };
    const repeats = Math.max(1, Math.ceil(TURN / (inputs * outputs * batch * 0.06)));
    const candidates = ([1, 4, 16, 'dense'] as const).map((block) => {
      const kernel = prunedKernel(inputs, outputs, 1 - STORED, block === 'dense' ? 1 : block);
      const how = block === 'dense' ? { kernel: 'dense' as const } : { kernel: 'sparse' as const, block };
      return {
        block,
        placed: kernels.place(packSparse(kernel, [inputs, outputs], { transposed: true, ...how }))!,
      };
    });
    const timings = await measure(
      candidates.map(({ block, placed }) => ({
        name: String(block),
        run: () => {
          for (let i = 0; i < repeats; i += 1) placed.multiply(product);
        },
      })),
      rounds(inputs * outputs),
    );
    const dense = timings.at(-1)!;
    for (const [i, { block, placed }] of candidates.entries()) {
      placed.release();
      if (block === 'dense') continue;
      rows.push({
        group: 'sparse',
        work: `table: ${inputs} × ${outputs}, batch ${batch}, units of ${block}: may be stored`,
        against: 'the dense loops of the package',
        elements: inputs * outputs,
        share: (STORED * dense.median) / timings[i]!.median,
        samples: dense.samples,
      });
    }
    tf.dispose([x, y]);
  }
  return rows;
}
