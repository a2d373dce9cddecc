import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { useTensorflow } from '../peers/tensorflow.js';
import { registerGradients } from './wasm-gradients.js';

it.each([
  [1, 'same', 6],
  [2, 'same', 6],
  [2, 'same', 7],
  [1, 'valid', 7],
  [2, 'valid', 7],
] as const)('gives the gradients of the cpu backend: stride %i, %s, edge %i', async (stride, pad, edge) => {
  const gradientsOn = async (backend: 'cpu' | 'wasm'): Promise<Float32Array[]> => {
    await useTensorflow(backend);
    if (backend === 'wasm') registerGradients();
    const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);
    const image = normal([2, edge, edge + 1, 3], 1) as tf.Tensor4D;
    const given = [normal([3, 3, 3, 4], 2), normal([3, 3, 4, 1], 3), normal([1, 1, 4, 5], 4)];
    const gradients = tf.grads((first, each, point) => {
      const seen = tf.conv2d(image, first as tf.Tensor4D, stride, pad);
      const moved = tf.depthwiseConv2d(seen.square() as tf.Tensor4D, each as tf.Tensor4D, stride, pad);
      return tf.conv2d(moved, point as tf.Tensor4D, 1, 'valid').square();
    })(given);
    return gradients.map((gradient) => Float32Array.from(gradient.dataSync()));
  };
  const [wanted, got] = [await gradientsOn('cpu'), await gradientsOn('wasm')];
  for (const [i, gradient] of wanted.entries()) {
    const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [k, value] of gradient.entries()) {
      expect(Math.abs(got[i]![k]! - value)).toBeLessThan(1e-5 * largest);
    }
  }
});
