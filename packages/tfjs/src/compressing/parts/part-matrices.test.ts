import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../testing/use-backend.js';
import { findParts } from './find-parts.js';
import { matricesOf } from './part-matrices.js';

const { layers } = tf;

beforeAll(async () => {
  await useBackend('cpu');
});

it.each([
  ['dense', layers.dense({ units: 3 }), [5], { kernel: [1, 3, 5] }],
  ['conv2d', layers.conv2d({ filters: 8, kernelSize: 3 }), [6, 6, 2], { kernel: [1, 8, 18] }],
  [
    'depthwise',
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
    [6, 6, 4],
    { depthwise_kernel: [4, 2, 9] },
  ],
  [
    'separable',
    layers.separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2 }),
    [6, 6, 4],
    { depthwise_kernel: [4, 2, 9], pointwise_kernel: [1, 5, 8] },
  ],
  ['transposed', layers.conv2dTranspose({ filters: 4, kernelSize: 3 }), [6, 6, 2], { kernel: [1, 4, 18] }],
  ['lstm', layers.lstm({ units: 6 }), [4, 3], { kernel: [1, 24, 3], recurrent_kernel: [1, 24, 6] }],
  ['gru', layers.gru({ units: 6 }), [4, 3], { kernel: [1, 18, 3], recurrent_kernel: [1, 18, 6] }],
] as const)('%s: each matrix is one, its rows the outputs', (_, layer, shape, expected) => {
  tf.sequential({ layers: [layers.inputLayer({ inputShape: [...shape] }), layer as tf.layers.Layer] });
  const found = matricesOf(findParts(layer as tf.layers.Layer).map(({ part }) => part));
  const byRole = [...found].map(([name, { parts, rows, features }]) => [
    name.slice(name.lastIndexOf('/') + 1),
    [parts, rows, features],
  ]);
  expect(Object.fromEntries(byRole)).toEqual(expected);
});
