import { createPruner, linearRamp } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { createTrainer } from './index.js';
import { perceptron, perceptronBatch } from './testing/models.js';

// After the environment is set by vitest's configuration: the runtime sends telemetry otherwise.
const ort = await import('onnxruntime-node');

describe('a trainer on onnxruntime-node', () => {
  for (const optimizer of ['adam', { kind: 'sgd', momentum: 0.9 }] as const) {
    it(`learns while it is pruned, dropped weights at +0 after every step: ${JSON.stringify(optimizer)}`, async () => {
      const trainer = await createTrainer({
        ort,
        model: perceptron(),
        loss: 'crossEntropy',
        optimizer,
        learningRate: 0.03,
      });
      expect(trainer.weights.map(({ name }) => name)).toEqual(['k1', 'k2']);
      const pruner = createPruner({
        backend: trainer.backend,
        weights: trainer.weights,
        schedule: linearRamp({ from: 0, to: 0.5, start: 5, end: 30 }),
      });
      const losses: number[] = [];
      for (let step = 0; step < 60; step += 1) {
        await pruner.update(step);
        const { total } = await pruner.report();
        losses.push((await trainer.step(perceptronBatch(16, step % 5))).loss);
        const values = await trainer.read();
        const zeros = [...values.get('k1')!, ...values.get('k2')!].filter((value) => Object.is(value, 0));
        expect(zeros.length).toBe(total.dropped);
      }
      expect((await pruner.report()).total.dropped).toBe(36);
      expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
      expect(trainer.steps).toBe(60);
      pruner.dispose();
      await trainer.dispose();
    });
  }
});
