import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { findKernels } from './kernels.js';

/** tfjs-layers once more, with classes of its own, as npm installs it beside another version. */
function secondCopy(): typeof tf {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@tensorflow/tfjs-layers');
  const first = require.cache[path];
  delete require.cache[path];
  const copy = require('@tensorflow/tfjs-layers');
  require.cache[path] = first;
  return copy;
}

it('finds the kernels of a model made by another copy of tfjs-layers, cells and nested models too', async () => {
  await tf.setBackend('cpu');
  const { layers, sequential } = secondCopy();
  expect(layers.Layer).not.toBe(tf.layers.Layer);
  const inner = sequential({
    name: 'inner',
    layers: [layers.dense({ name: 'out', units: 2, inputShape: [4] })],
  });
  const model = sequential({ layers: [layers.lstm({ name: 'lstm', units: 4, inputShape: [3, 2] }), inner] });
  expect(findKernels(model).kernels.map(({ name }) => name)).toEqual([
    'lstm/kernel',
    'lstm/recurrent_kernel',
    'out/kernel',
  ]);
});
