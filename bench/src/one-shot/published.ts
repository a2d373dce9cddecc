import { encodeModel, type ModelProto, replaceWeights, tensorFromFloat32 } from '@synaprune/onnx';
import { createMoments } from '@synaprune/refit';
import type { BenchRuntime } from '../onnx/runtimes.js';
import { decodeWithInitializers, layersOf, type MatrixLayer, upTo } from './layers.js';
import { pruneBySparseGpt } from './sparse-gpt.js';
import type { Batch, Task } from './task.js';
import { pruneByMagnitude, pruneByWanda } from './wanda.js';

/** Prunes a matrix `[rows, features]` in place. `gram` are the products of its inputs, `[features, features]`. */
export type Method = (matrix: Float32Array, rows: number, gram: Float64Array, sparsity: number) => void;

/** Published methods, with the settings of their papers. */
export const PUBLISHED: Readonly<Record<string, Method>> = {
  magnitude: pruneByMagnitude,
  Wanda: pruneByWanda,
  SparseGPT: pruneBySparseGpt,
};

/** Most inputs of a layer that are looked at, as many as everything else here takes. */
const SAMPLES = 6000;

/**
 * Prunes a model layer by layer as the papers do: what a layer is given comes from the model as pruned so far, and each
 * layer is made as sparse as every other.
 */
export async function pruneAsPublished(
  runtime: BenchRuntime,
  { model, weights, calibration }: Task,
  method: Method,
  sparsity: number,
): Promise<Uint8Array> {
  const decoded = decodeWithInitializers(model.bytes);
  const replaced = new Map<string, Float32Array>();
  for (const layer of layersOf(decoded, weights)) {
    const gram =
      method === pruneByMagnitude ? new Float64Array() : await gramOf(runtime, decoded, layer, calibration);
    const matrix = layer.matrix.slice();
    method(matrix, layer.rows, gram, sparsity);
    replaced.set(layer.name, layer.toFile(matrix));
    const { initializer } = decoded.graph!;
    const at = initializer.findIndex(({ name }) => name === layer.name);
    initializer[at] = tensorFromFloat32(layer.name, replaced.get(layer.name)!, initializer[at]!.dims);
  }
  return replaceWeights(model.bytes, replaced);
}

async function gramOf(
  { ort, executionProviders, sessionOptions }: BenchRuntime,
  model: ModelProto,
  layer: MatrixLayer,
  calibration: readonly Batch[],
): Promise<Float64Array> {
  const part = encodeModel(upTo(model, layer.reads));
  const session = await ort.InferenceSession.create(part, { ...sessionOptions, executionProviders });
  const moments = createMoments({ features: layer.features });
  try {
    for (const batch of calibration) {
      const feeds = Object.fromEntries(
        Object.entries(batch).map(([name, { data, dims }]) => [name, new ort.Tensor('float32', data, dims)]),
      );
      const { [layer.reads]: read } = await session.run(feeds);
      const most = Math.ceil(SAMPLES / calibration.length);
      moments.add(layer.columns(read!.data as Float32Array, read!.dims, most));
    }
    return moments.finish().gram;
  } finally {
    moments.dispose();
    await session.release();
  }
}
