import { PruneError } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, it } from 'vitest';
import { prune, ZOO } from '../testing/model-zoo.js';
import { tensorOf } from '../testing/models.js';
import { useBackend } from '../testing/use-backend.js';
import { accelerate } from './accelerate.js';
import type { AccelerateOptions } from './options.js';

beforeEach(() => useBackend('cpu'));

it.each<[string, unknown, string]>([
  ['an unknown option', { batchSize: 4 }, 'accelerate has no option "batchSize": it is batch'],
  ['a batch of none', { batch: 0 }, 'accelerate needs batch to be a whole number of at least 1, got 0'],
  ['a batch and inputs', { batch: 1, inputs: {} }, 'needs batch or inputs, got both'],
  [
    'inputs that are none',
    { inputs: 'x' },
    'the batch of inputs needs to be a tensor, or tensors by the names',
  ],
  ['inputs of another shape', { inputs: [3, 4] }, 'needs the shape [any, 7, 5], got [3, 4]'],
  ['a selector that picks nothing', { select: 'nothing' }, 'no weight matches "nothing"'],
])('refuses %s, and changes nothing', (_, options, message) => {
  const model = ZOO.LSTM!();
  prune(model, 0.8, 1);
  const { numTensors } = tf.memory();
  const kernel = tf.getKernel('_FusedMatMul', 'cpu');
  const { inputs } = options as { readonly inputs?: unknown };
  const given = Array.isArray(inputs) ? { ...(options as object), inputs: tensorOf(1, inputs) } : options;
  expect(() => accelerate(model, given as AccelerateOptions)).toThrow(message);
  tf.dispose(given as tf.TensorContainer);
  expect(tf.getKernel('_FusedMatMul', 'cpu')).toBe(kernel);
  expect(Object.hasOwn(model.layers[0]!, 'call')).toBe(false);
  expect(tf.memory().numTensors).toBe(numTensors);
  model.dispose();
});

it('refuses what is no model, and one without weights', () => {
  expect(() => accelerate({} as tf.LayersModel)).toThrow('accelerate needs a layers model');
  expect(() => accelerate(tf.sequential({ layers: [] }))).toThrow('give its first layer an inputShape');
});

it('refuses a backend whose tensors are elsewhere, by a typed error', async () => {
  const model = ZOO.LSTM!();
  await useBackend('late');
  const error = (() => {
    try {
      accelerate(model);
    } catch (caught) {
      return caught;
    }
    return undefined;
  })();
  expect(error).toBeInstanceOf(PruneError);
  expect(error).toMatchObject({ code: 'unsupported', message: expect.stringContaining('got late') });
  await useBackend('cpu');
  model.dispose();
});
