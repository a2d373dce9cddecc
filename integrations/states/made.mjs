/* What the states are of: the same models for who writes them and who reads them. */
import { linearRamp } from '@synaprune/core';
import { buildModel } from '@synaprune/onnx/graph';
import * as tf from '@tensorflow/tfjs';

/** From dense to four fifths zero over ten positions. */
export const schedule = linearRamp({ from: 0, to: 0.8, start: 0, end: 10 });

/** No two magnitudes are alike. @param {number} length */
export const values = (length) =>
  Float32Array.from({ length }, (_, i) => ((i % 2 === 0 ? 1 : -1) * (((i * 37) % length) + 1)) / 64);

export const onnxModel = () =>
  buildModel({
    inputs: { x: ['batch', 16] },
    tensors: { w: { shape: [16, 8], data: values(128) }, b: { shape: [8], data: new Float32Array(8) } },
    nodes: [['Gemm', ['x', 'w', 'b'], ['y']]],
    outputs: ['y'],
  });

export const trainerOptions = () => ({
  model: onnxModel(),
  inputs: { x: [2, 16] },
  loss: 'mse',
  optimizer: 'adam',
  learningRate: 0.01,
});

export const batch = () => ({
  inputs: { x: { data: values(32), dims: [2, 16] } },
  targets: { y: values(16) },
});

export const tfjsModel = () => {
  const layer = tf.layers.dense({ name: 'out', units: 5, inputShape: [4] });
  const model = tf.sequential({ name: 'saved', layers: [layer] });
  layer.setWeights([tf.tensor(values(20), [4, 5]), tf.zeros([5])]);
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return model;
};

/** Two tensors, of which one is nine tenths zero. */
export const tensors = () => ({
  'dense/kernel': { shape: [20, 10], data: values(200).map((value, i) => (i % 10 === 3 ? value : 0)) },
  'dense/bias': { shape: [10], data: values(10) },
});
