import * as tf from '@tensorflow/tfjs';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';

/** A model with a convolution, a wrapper, two directions of an LSTM, a normalisation and a nested model. */
export function recurrentModel(): tf.LayersModel {
  const seeded = (seed: number) => tf.initializers.randomNormal({ stddev: 0.5, seed });
  const inner = tf.sequential({
    name: 'inner',
    layers: [tf.layers.dense({ name: 'deep', units: 4, inputShape: [16], kernelInitializer: seeded(1) })],
  });
  const input = tf.input({ shape: [8, 6], name: 'in' });
  const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor) => layer.apply(x) as tf.SymbolicTensor;
  let x = apply(
    tf.layers.conv1d({
      name: 'conv',
      filters: 8,
      kernelSize: 3,
      kernelInitializer: seeded(2),
      biasInitializer: seeded(9),
    }),
    input,
  );
  const each = tf.layers.dense({ name: 'inside', units: 10, kernelInitializer: seeded(3) });
  x = apply(tf.layers.timeDistributed({ layer: each, name: 'each' }), x);
  const lstm = tf.layers.lstm({
    name: 'bl',
    units: 8,
    kernelInitializer: seeded(4),
    recurrentInitializer: seeded(5),
  });
  x = apply(tf.layers.bidirectional({ layer: lstm as never, mergeMode: 'concat', name: 'bi' }), x);
  x = apply(tf.layers.batchNormalization({ name: 'norm' }), x);
  return tf.model({ inputs: input, outputs: apply(inner, x), name: 'outer' });
}

/** The values of the float32 weights of artifacts, as tfjs decodes them, by name. */
export function weightsOf(artifacts: TfjsArtifacts): Map<string, Float32Array> {
  const { weightData, weightSpecs } = artifacts as tf.io.ModelArtifacts;
  const decoded = tf.io.decodeWeights(weightData!, weightSpecs!);
  return new Map(
    Object.entries(decoded).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]),
  );
}

/** A layers model of artifacts. */
export async function loadLayers(artifacts: TfjsArtifacts): Promise<tf.LayersModel> {
  return await tf.loadLayersModel(tf.io.fromMemory(artifacts as tf.io.ModelArtifacts));
}

/** Elements of several weights by magnitude, ties by their order. */
export function smallestFirst(
  weights: readonly ArrayLike<number>[],
): { readonly weight: number; readonly index: number }[] {
  return weights
    .flatMap((values, weight) =>
      Array.from(values, (value, index) => ({ weight, index, size: Math.abs(value) })),
    )
    .sort((a, b) => a.size - b.size || a.weight - b.weight || a.index - b.index);
}
