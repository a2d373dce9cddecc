import { createPruner, unpackMemory } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import {
  constantSparsity,
  createScoreObserver,
  gradientScore,
  movementScore,
  pruneOptimizer,
  tfjsBackend,
} from '../index.js';
import { useBackend } from '../testing/use-backend.js';

describe('pruneOptimizer', () => {
  it('shows every step to each observer of a list', async () => {
    await useBackend('cpu');
    const kernel = tf.variable(tf.tensor1d([4, -1, 2, -3]));
    const weights = [{ name: 'kernel', weight: kernel }];
    const backend = tfjsBackend();
    const score = createScoreObserver({ score: movementScore(), weights });
    const by = createScoreObserver({ score: gradientScore(), weights });
    const schedule = constantSparsity(0.5);
    const pruner = createPruner({ backend, weights, schedule, score, regrow: { by, fraction: 0.5 } });
    const optimizer = pruneOptimizer(tf.train.sgd(0.1), pruner, { backend, observer: [score, by] });
    const { remembered: none } = await pruner.save();
    optimizer.minimize(() =>
      kernel
        .sub(tf.tensor1d([0, -5, 5, 0]))
        .square()
        .sum(),
    );
    const { remembered } = await pruner.save();
    expect([none, Object.keys(remembered!)]).toEqual([undefined, ['score', 'regrow']]);
    // The gradients of (w − target)² are 2 (w − target).
    expect([...unpackMemory(remembered!.regrow!, 1)[0]!.values]).toEqual([8, 8, -6, -6]);
    expect(() => pruneOptimizer(tf.train.sgd(1), pruner, { observer: [score, {} as never] })).toThrow(
      /needs observer to be what createScoreObserver returns, or a list of such/,
    );
    pruner.dispose();
    optimizer.dispose();
    score.dispose();
    by.dispose();
    kernel.dispose();
  });
});
