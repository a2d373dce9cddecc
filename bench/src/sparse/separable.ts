import { packSparse, type WasmKernels } from '@synaprune/sparse';
import * as tf from '@tensorflow/tfjs';
import type { Context } from '../context.js';
import { measure } from '../measure.js';
import { type Row, rowOf } from '../row.js';
import { prunedKernel } from './pruned-kernel.js';
import { tensorflowHeap } from './tensorflow-heap.js';

/** Edges of images, and channels before and after, of pairs in a net of MobileNet's kind. */
const PAIRS = [
  [56, 64, 128],
  [14, 256, 256],
  [14, 512, 512],
] as const;
/** Products of the depthwise part in one turn of a measurement. */
const TURN = 1e7;

/** Separable convolutions in one pass, against TensorFlow.js's depthwise part and a packed product of what it makes. */
export async function measureSeparable({ rounds, say }: Context, kernels: WasmKernels): Promise<Row[]> {
  const heap = tensorflowHeap();
  const rows: Row[] = [];
  for (const [edge, inputs, outputs] of PAIRS) {
    say(`sparse, separable, ${edge} × ${edge} × ${inputs}`);
    const kernel = prunedKernel(inputs, outputs, 0.9, 1);
    const packed = packSparse(kernel, [inputs, outputs], { transposed: true, block: 1, kernel: 'sparse' });
    const placed = kernels.place(packed)!;
    const x = tf.randomNormal<tf.Rank.R4>([1, edge, edge, inputs], 0, 1, 'float32', 1);
    const filter = tf.randomNormal<tf.Rank.R4>([3, 3, inputs, 1], 0, 1, 'float32', 2);
    const y = tf.zeros([1, edge, edge, outputs]);
    // A tensor has a place once it was read.
    await Promise.all([x, filter, y].map((tensor) => tensor.data()));
    const [from, taps, out] = [x, filter, y].map(heap.offsetOf) as [number, number, number];
    const square = [edge, edge] as const;
    const inOne = () =>
      placed.convolve({
        ...{ inputs: from, filter: taps, out, size: square, window: [3, 3], places: square },
        ...{ before: [1, 1] },
      });
    const oneByOne = () => {
      const between = tf.depthwiseConv2d(x, filter, 1, 'same');
      placed.multiply({ inputs: heap.offsetOf(between), out, batch: edge * edge });
      between.dispose();
    };
    const repeats = Math.ceil(TURN / (edge * edge * inputs * 9));
    const elements = inputs * outputs;
    const candidates = [
      { name: 'placed.convolve', once: inOne },
      { name: 'tf.depthwiseConv2d, placed.multiply', once: oneByOne },
    ];
    const [own, peer] = await measure(
      candidates.map(({ name, once }) => ({
        name,
        run: () => {
          for (let i = 0; i < repeats; i += 1) once();
        },
      })),
      rounds(elements),
    );
    rows.push(
      rowOf(own!, peer!, {
        ...{ group: 'sparse', elements, cheaper: true },
        work: `separable, ${edge} × ${edge} × ${inputs} to ${outputs}, 90 %, in one pass`,
      }),
    );
    placed.release();
    tf.dispose([x, filter, y]);
  }
  return rows;
}
