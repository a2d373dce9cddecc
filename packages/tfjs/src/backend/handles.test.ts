import { constantSparsity, createPruner, tensorScore } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { BACKENDS, useBackend } from '../testing/use-backend.js';
import { tfjsBackend } from './tfjs-backend.js';

const complex = ['complex64', () => tf.complex([1, 2, 3, 4], [0, 0, 0, 0])] as const;

describe.each(BACKENDS)('a score tensor on %s', (backend) => {
  it.each([
    ['bool', () => tf.tensor1d([1, 0, 1, 0], 'bool')],
    ['int32', () => tf.tensor1d([1, 2, 3, 4], 'int32')],
    ['string', () => tf.tensor1d(['a', 'b', 'c', 'd'])],
    // tfjs's wasm backend cannot make one.
    ...(backend === 'wasm' ? [] : [complex]),
  ] as const)('of %s is refused by name, and nothing changes', async (dtype, create) => {
    await useBackend(backend);
    const weight = tf.variable(tf.tensor1d([1, 2, 3, 4]));
    const score = create();
    const pruner = createPruner({
      backend: tfjsBackend(),
      weights: [{ name: 'w', weight }],
      schedule: constantSparsity(0.5),
      score: tensorScore<tf.Variable>(() => score as tf.Tensor as tf.Variable),
    });
    await expect(pruner.update(0)).rejects.toMatchObject({
      code: 'score-mismatch',
      message: expect.stringContaining(`float32, got ${dtype}`),
    });
    expect([...(await weight.data())]).toEqual([1, 2, 3, 4]);
    expect([...(await tf.add([1, 2], [3, 4]).data())]).toEqual([4, 6]);
    pruner.dispose();
    tf.dispose([weight, score]);
  });
});
