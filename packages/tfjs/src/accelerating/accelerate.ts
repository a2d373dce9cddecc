import { PruneError } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { inputsOf } from '../comparing/answer.js';
import { alignBatch, type BatchTensors } from '../inputs/model-batches.js';
import { noiseBatch } from '../inputs/noise.js';
import { requireLayersModel } from '../model/require-model.js';
import { chooseLayers, findLayers } from './find-layers.js';
import { keepLayer } from './keep-layer.js';
import { usePackedKernels } from './kernels/kernel-registry.js';
import { stationOf } from './machine/station.js';
import { measureLayers } from './measure.js';
import { type AccelerateOptions, requireAccelerateOptions } from './options.js';
import { sparsityOf } from './packed/packing.js';
import { runAsProgram } from './program/run-as-program.js';
import type { AccelerateReport } from './report.js';

/** A model that runs on packed weights. */
export interface Acceleration {
  readonly report: AccelerateReport;
  /** Gives everything back: methods, kernels and memory. The model then runs as before. Doing so again does nothing. */
  release(): void;
}

const CALLER = 'accelerate';

/**
 * Lets a pruned layers model predict on packed weights: products that skip what is zero, on tfjs's backends `cpu` and `wasm`.
 * Dense layers, convolutions of single pixels (1×1, the pointwise part of separable ones) and recurrent layers (LSTM, GRU,
 * SimpleRNN, and cells of these one on another; in Bidirectional and TimeDistributed, nested models and shared layers too)
 * run packed; whatever else there is runs as before. Outputs are those of before to the rounding of float32, and
 * wherever NaN or an infinity comes in, tfjs's own kernels run.
 *
 * What is zero is what the weights say, −0 too: neither masks nor a pruner are needed. A model that is one chain of such
 * layers predicts without tfjs between them.
 *
 * `predict`, `predictOnBatch`, `evaluate`, `apply` and calls from other models are faster; gradients, and so `fit` and
 * `trainOnBatch`, are dense, to the bit. Weights that change, by training, `setWeights`, `assign` or a pruner, are packed
 * anew: the first prediction with them is dense, the next one packed. Saving is not touched. On a backend other than the
 * two the model runs as ever.
 *
 * Times are measured at once, some tenths of a second long, on noise or on `inputs`; nothing waits.
 *
 * @param model with its weights made; it stays the caller's
 * @throws TypeError | RangeError when an argument is wrong, an option unknown, or inputs do not fit the model
 * @throws PruneError `unsupported` on other backends, whose tensors are not in main memory; `unmatched-selector`
 *
 * @example
 * ```ts
 * import { accelerate } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const model = tf.sequential({ layers: [tf.layers.dense({ name: 'out', units: 2, inputShape: [3] })] });
 * model.setWeights([tf.tensor([0, 2, 3, 0, 0, -1], [3, 2]), tf.zeros([2])]);
 *
 * const { report, release } = accelerate(model);
 * console.log(report.layers.map(({ name, kernel, why }) => `${name}: ${kernel}, ${why}`));
 * // [ 'out: csr, 50 % of its weights are zero' ]
 * console.log((model.predict(tf.tensor([[1, 10, 100]])) as tf.Tensor).dataSync()); // Float32Array(2) [ 30, -98 ]
 * release();
 * ```
 */
export function accelerate(model: LayersModel, options: AccelerateOptions = {}): Acceleration {
  requireLayersModel(CALLER, model);
  requireBuilt(model);
  requireAccelerateOptions(CALLER, options);
  requireBackend();
  const batch = openBatch(model, options);
  const releases: (() => void)[] = [];
  const release = () => {
    for (const give of releases.splice(0)) give();
  };
  try {
    releases.push(usePackedKernels());
    const found = findLayers(model);
    const chosen = chooseLayers(found, options.select);
    const live = found.map((each) => {
      const layer = keepLayer(each, chosen.has(each));
      releases.unshift(layer.release);
      return layer;
    });
    const unpatch = runAsProgram(model, live);
    releases.unshift(unpatch);
    const measured = measureLayers(
      model,
      batch.tensors,
      live.map(({ found }) => found.layer),
    );
    const layers = live.map((layer, i) => ({
      name: layer.found.name,
      kind: layer.found.kind,
      ...layer.describe(),
      milliseconds: measured.layers[i]!,
    }));
    const { speedup, ...milliseconds } = measured.whole;
    return {
      report: {
        backend: tf.getBackend(),
        batch: batch.tensors[0]!.shape[0]!,
        layers,
        sparsity: sparsityOf(live.flatMap((layer) => layer.counts())),
        milliseconds,
        speedup,
      },
      release,
    };
  } catch (error) {
    release();
    throw error;
  } finally {
    batch.dispose();
  }
}

function requireBuilt({ inputs, outputs }: LayersModel): void {
  if (Array.isArray(inputs) && inputs.length > 0 && Array.isArray(outputs)) return;
  throw new TypeError(`${CALLER} needs a model whose weights are made: give its first layer an inputShape`);
}

function requireBackend(): void {
  const backend = tf.backend();
  const name = tf.getBackend();
  if ((name === 'cpu' || name === 'wasm') && stationOf(backend) !== undefined) return;
  throw new PruneError(
    'unsupported',
    `${CALLER} needs the tfjs backend cpu or wasm, whose tensors are in main memory, got ${name}: there dense kernels stay the fastest`,
  );
}

function openBatch(
  model: LayersModel,
  { inputs, batch = 1, seed = 0 }: AccelerateOptions,
): { readonly tensors: BatchTensors; dispose(): void } {
  const declared = inputsOf(model);
  if (inputs !== undefined)
    return { tensors: alignBatch(`${CALLER}: the batch of inputs`, declared, inputs), dispose() {} };
  const tensors = noiseBatch(CALLER, declared, batch, seed);
  return { tensors, dispose: () => tf.dispose([...tensors]) };
}
