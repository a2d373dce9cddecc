import { embedExternalData, quantizeOnnx } from '@synaprune/onnx';
import { compareOnnx } from '../compare/compare-onnx.js';
import { defaultProviders, requireRuntime } from '../runtime/runtime.js';
import { compressChannels } from './channels/compress-channels.js';
import { compressWeights } from './compress-weights.js';
import { type CompressOptions, requireCompressOptions } from './options.js';
import type { CompressReport } from './report.js';
import { splitSamples } from './split-samples.js';

/** A model that was compressed. */
export interface CompressedOnnx {
  /** The result: a model of the same inputs and outputs. */
  readonly model: Uint8Array;
  readonly report: CompressReport;
}

/**
 * A model that is pruned without training and answers nearly as before: layer by layer from the inputs on, weights are
 * chosen, and those that stay are refitted, by least squares, so that from what the layers before it give now the layer
 * gives what the dense model gave. No labels, no gradients; some dozens of samples suffice. Biases are refitted with the
 * weights, and the mean of a normalisation that stands behind a layer.
 *
 * Layers are `Conv`, `Gemm`, `MatMul` with the weight on either side, `LSTM`, `GRU`, `RNN`, and of ONNX Runtime's own
 * operators `FusedConv`, `FusedGemm`, `FusedMatMul` and `Attention`. What else has kernels, and what lies in graphs inside
 * nodes, stays dense; `held` and a notice say why.
 *
 * With `quantize` what stays is kept in 8 bits, and pruned weights stay exactly zero: a quarter of the file, before it is
 * compressed.
 *
 * Of unit `weight` single weights become zero, which makes no runtime faster and the file compress better. Of unit
 * `channel` whole channels are cut from tensors as by `shrinkOnnx`, those first that the layers behind would miss least:
 * the model becomes smaller and faster everywhere.
 *
 * @throws TypeError | RangeError when an option is unknown or wrong, or a sample does not fit the model; before anything runs
 * @throws PruneError `no-weights` when nothing can be pruned; `not-finite` when a layer reads NaN or Infinity;
 *   `held-channels`, `unreachable-target` of unit `channel`; `unsupported` and `device-failed` when the runtime cannot load or run a part of the model; `unmatched-selector`,
 *   `invalid-sparsity`, `external-data`, `bad-model`
 *
 * @example
 * ```ts
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { compressOnnx } from '@synaprune/onnxruntime';
 * import * as ort from 'onnxruntime-web';
 *
 * const wave = (length: number, step: number, from = 0) =>
 *   Float32Array.from({ length }, (_, i) => Math.sin(from + i * step));
 * const model = buildModel({
 *   inputs: { x: ['batch', 16] },
 *   tensors: { w: { shape: [16, 16], data: wave(256, 1.7) } },
 *   nodes: [['MatMul', ['x', 'w'], ['y']]],
 *   outputs: ['y'],
 * });
 * // What a layer reads depends on itself, mostly: that is what a refit makes use of.
 * const inputs = [0, 1, 2].map((from) => ({ x: { data: wave(16 * 32, 0.3, from), dims: [32, 16] } }));
 * const { report } = await compressOnnx({ ort, model, inputs, unit: 'weight', keep: 0.5 });
 * console.log(report.removed, report.agreement > 0.9); // { elements: 128, of: 256 } true
 * ```
 */
export async function compressOnnx(options: CompressOptions): Promise<CompressedOnnx> {
  requireCompressOptions(options);
  const { externalData, classes, metric, executionProviders, signal, onProgress } = options;
  const ort = requireRuntime(options.ort, 'compressOnnx');
  const bytes = externalData === undefined ? options.model : embedExternalData(options.model, externalData);
  const { calibration, heldBack, notices } = await splitSamples(bytes, { ...options, ort });
  signal?.throwIfAborted();
  const runner = { ort, executionProviders: executionProviders ?? defaultProviders(ort), signal };
  const compressed =
    options.unit === 'weight'
      ? await compressWeights(bytes, calibration, runner, options)
      : await compressChannels(bytes, calibration, runner, options);
  const quantized = compressed.quantize && quantizeOnnx(compressed.model, compressed.quantize);
  const { model } = quantized ?? compressed;
  const measured = await compareOnnx({
    ort,
    before: bytes,
    after: model,
    inputs: heldBack,
    executionProviders,
    signal,
    onProgress: ({ done, total }) => onProgress?.({ stage: 'measuring', done, total }),
    ...(classes === undefined ? {} : { classes }),
    ...(metric === undefined ? {} : { metric }),
  });
  const { before, after, speedup, agreement, sameSamples, outputs } = measured;
  return {
    model,
    report: {
      ...{ before, after, speedup, agreement, sameSamples, outputs },
      samples: { calibration: calibration.length, heldBack: heldBack.length },
      ...compressed.report,
      ...(quantized && { quantized: quantized.report }),
      notices: [...notices, ...compressed.report.notices, ...measured.notices],
    },
  };
}
