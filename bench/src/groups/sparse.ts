import { createSparseKernels, packSparse, type SparseWeights, type WasmKernels } from '@synaprune/sparse';
import * as tf from '@tensorflow/tfjs';
import { type Context, isSmall } from '../context.js';
import { measure, type Timing } from '../measure.js';
import { useTensorflow } from '../peers/tensorflow.js';
import { createRandom } from '../randoms.js';
import { judged, type Row, rowOf, unmeasured } from '../row.js';
import { measureBreakEvens } from '../sparse/break-evens.js';
import { prunedKernel } from '../sparse/pruned-kernel.js';
import { measureSeparable } from '../sparse/separable.js';
import { tensorflowHeap } from '../sparse/tensorflow-heap.js';

const GROUP = 'sparse';
/** Inputs and outputs of the layers. */
const LAYERS = [
  [512, 512],
  [1024, 4096],
] as const;
const BATCHES = [1, 4, 8, 64];
/** Nanoseconds that one turn of a measurement is to take, or the clock of CPU time says nothing. */
const TURN = 4e6;

/** Products with packed weights against the dense ones of TensorFlow.js's wasm backend, in its own memory. */
export async function measureSparse(context: Context): Promise<Row[]> {
  await useTensorflow('wasm');
  const heap = tensorflowHeap();
  const kernels = createSparseKernels(heap.options);
  if (kernels === undefined) {
    return [unmeasured({ group: GROUP, elements: 0 }, 'sparse products', 'there is no WebAssembly here')];
  }
  const quick = isSmall(context);
  const rows: Row[] = [];
  for (const [inputs, outputs] of quick ? LAYERS.slice(0, 1) : LAYERS) {
    for (const block of [1, 4] as const) {
      const weights = prunedKernel(inputs, outputs, 0.9, block);
      for (const batch of BATCHES) {
        context.say(`sparse, ${inputs} × ${outputs}, blocks of ${block}, ${batch} samples`);
        const goal = block === 1 ? `sparse-${batch}` : 'sparse-blocks';
        const { own, peer } = await timeProducts(context, kernels, weights, inputs, outputs, block, batch);
        const work = `${inputs} × ${outputs}, 90 % in ${block === 1 ? 'single weights' : `blocks of ${block}`}, batch ${batch}`;
        rows.push(
          rowOf(own, peer, {
            group: GROUP,
            elements: inputs * outputs,
            work,
            cheaper: true,
            goal,
            note: 'the same bits',
          }),
        );
      }
    }
  }
  rows.push(...(await measureSeparable(context, kernels)));
  context.say('sparse, break-even');
  rows.push(await findBreakEven(context, kernels));
  for (const layer of quick ? LAYERS.slice(0, 1) : LAYERS) {
    rows.push(...(await measureBreakEvens(context, kernels, layer)));
  }
  kernels.release();
  return rows;
}

/** The lowest of some sparsities at which single weights are no slower than dense, at 8 samples. */
async function findBreakEven(context: Context, kernels: WasmKernels): Promise<Row> {
  const [inputs, outputs] = LAYERS[0];
  let share = 1;
  for (const sparsity of [0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]) {
    const weights = prunedKernel(inputs, outputs, sparsity, 1);
    const { own, peer } = await timeProducts(context, kernels, weights, inputs, outputs, 1, 8);
    if (own.median > peer.median) break;
    share = sparsity;
  }
  return judged('sparse-break-even', {
    group: GROUP,
    work: `${inputs} × ${outputs}, batch 8: lowest sparsity at which single weights are no slower, by tenths`,
    against: 'tf.matMul',
    elements: inputs * outputs,
    share,
  });
}

interface Timings {
  readonly own: Timing;
  readonly peer: Timing;
}

async function timeProducts(
  { rounds }: Context,
  kernels: WasmKernels,
  weights: Float32Array,
  inputs: number,
  outputs: number,
  block: 1 | 4,
  batch: number,
): Promise<Timings> {
  const packed: SparseWeights = packSparse(weights, [inputs, outputs], {
    transposed: true,
    block,
    kernel: 'sparse',
  });
  const placed = kernels.place(packed)!;
  const random = createRandom(2);
  const x = tf.tensor2d(
    Float32Array.from({ length: batch * inputs }, () => 2 * random() - 1),
    [batch, inputs],
  );
  const w = tf.tensor2d(weights, [inputs, outputs]);
  const y = tf.zeros([batch, outputs]);
  const heap = tensorflowHeap();
  const product = { inputs: heap.offsetOf(x), out: heap.offsetOf(y), batch };
  const repeats = Math.max(1, Math.ceil(TURN / (inputs * outputs * batch * 0.06)));
  const [own, peer] = await measure(
    [
      {
        name: 'placed.multiply',
        run: () => {
          for (let i = 0; i < repeats; i += 1) placed.multiply(product);
        },
      },
      {
        name: 'tf.matMul',
        run: () => {
          for (let i = 0; i < repeats; i += 1) tf.matMul(x, w).dispose();
        },
      },
    ],
    rounds(inputs * outputs),
  );
  requireEqual(heap.read(y), await tf.matMul(x, w).data());
  placed.release();
  tf.dispose([x, w, y]);
  return { own: own!, peer: peer! };
}

function requireEqual(got: Float32Array, expected: ArrayLike<number>): void {
  const at = got.findIndex((number, i) => number !== expected[i]);
  if (at >= 0) throw new Error(`a sparse product gave ${got[at]} where the dense one gave ${expected[at]}`);
}
