import * as tf from '@tensorflow/tfjs';
import { expect, it, vi } from 'vitest';
import { answers, distance, prune, ZOO, zooInputs } from '../testing/model-zoo.js';
import { useBackend } from '../testing/use-backend.js';
import { accelerate } from './accelerate.js';

vi.mock('@synaprune/sparse', async (original) => ({
  ...(await original<typeof import('@synaprune/sparse')>()),
  createSparseKernels: () => undefined,
}));

it.each(Object.keys(ZOO))('where there is no WASM SIMD a model answers as before: %s', async (kind) => {
  await useBackend('cpu');
  const model = ZOO[kind]!();
  prune(model, 0.8, 2);
  const x = zooInputs(model, 3, 5);
  const ask = () => {
    if (model.stateful) model.resetStates();
    return [answers(model, x), answers(model, x)].flat(2);
  };
  const wanted = ask();
  const { release } = accelerate(model);
  const { numTensors } = tf.memory();
  expect(distance(ask(), wanted)).toBeLessThan(1e-5);
  expect(tf.memory().numTensors).toBe(numTensors);
  release();
  x.dispose();
  model.dispose();
});
