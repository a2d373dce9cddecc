import type { GraphModel, LayersModel } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { TfjsArtifacts } from '../decode/model.js';
import { bytesOf, message } from './messages.js';
import { pruned } from './pruned.js';

/** Samples of twenty features. */
export const samples: Float32Array<ArrayBuffer> = pruned(4 * 20, 0, 7);

/** An ONNX model: `y = x · w`, with nine tenths of `w` zero, which lies at an odd offset. */
export function onnxModel(): Uint8Array {
  const outputs = 300;
  const dims = (...edges: readonly number[]) =>
    message(...edges.map((edge) => [1, message([1, edge])] as const));
  const value = (name: string, ...edges: readonly number[]) =>
    message([1, name], [2, message([1, message([1, 1], [2, dims(...edges)])])]);
  const weight = message([1, 20], [1, outputs], [2, 1], [8, 'w'], [9, bytesOf(pruned(20 * outputs, 0.9))]);
  const graph = message(
    [1, message([1, 'x'], [1, 'w'], [2, 'y'], [4, 'MatMul'])],
    [2, 'product'],
    [5, weight],
    [11, value('x', 4, 20)],
    [12, value('y', 4, outputs)],
  );
  return message([1, 8], [7, graph], [8, message([2, 17])]);
}

/** A layers model of TensorFlow.js with pruned kernels, as it is saved. */
export async function layersModel(): Promise<{
  readonly model: LayersModel;
  readonly artifacts: TfjsArtifacts;
}> {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 200, inputShape: [20], activation: 'relu' }),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.setWeights(
    model.getWeights().map(({ shape, size }, i) => tf.tensor(pruned(size, i % 2 === 0 ? 0.9 : 0, i), shape)),
  );
  const saved: TfjsArtifacts[] = [];
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved.push(artifacts as TfjsArtifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return { model, artifacts: saved[0]! };
}

/** A graph model of TensorFlow.js: the same product as the ONNX model's. */
export function graphArtifacts(): TfjsArtifacts {
  const type = { type: 'DT_FLOAT' };
  const shapeOf = (...edges: readonly number[]) => ({ dim: edges.map((size) => ({ size: String(size) })) });
  const weights = pruned(6000, 0.9);
  return {
    modelTopology: {
      node: [
        { name: 'x', op: 'Placeholder', attr: { dtype: type, shape: { shape: shapeOf(4, 20) } } },
        {
          name: 'w',
          op: 'Const',
          attr: { dtype: type, value: { tensor: { dtype: type.type, tensorShape: shapeOf(20, 300) } } },
        },
        {
          name: 'y',
          op: 'MatMul',
          input: ['x', 'w'],
          attr: { T: type, transpose_a: { b: false }, transpose_b: { b: false } },
        },
      ],
      library: {},
      versions: {},
    },
    ...{ format: 'graph-model', weightSpecs: [{ name: 'w', shape: [20, 300], dtype: 'float32' }] },
    weightData: weights.buffer,
  };
}

/** What a model of TensorFlow.js answers to the samples. */
export function answer(model: LayersModel | GraphModel): Float32Array {
  return tf.tidy(() => {
    const output = model.predict(tf.tensor(samples, [4, 20])) as tf.Tensor;
    return output.dataSync() as Float32Array;
  });
}
