import { createTrainer } from '@synaprune/onnxruntime';
import { expect, it } from 'vitest';
import { handWrittenCandidate } from './candidates.js';
import { perceptron } from './networks.js';
import { useNode } from './runtimes.js';

it('a step written by hand has the losses of the trainer, so that both do the same work', async () => {
  const network = perceptron([12, 16, 10], 20);
  const runtime = await useNode();
  const { ort, executionProviders } = runtime;
  const { model, x, xShape, y } = network;
  const trainer = await createTrainer({
    ort,
    executionProviders,
    model,
    inputs: { x: xShape },
    loss: 'crossEntropy',
    optimizer: 'adam',
    learningRate: 1e-3,
  });
  const byHand = await handWrittenCandidate(runtime, network, false);
  const losses: number[] = [];
  for (let step = 0; step < 20; step += 1) {
    if ('run' in byHand.candidate) await byHand.candidate.run();
    const { loss } = await trainer.step({ inputs: { x: { data: x, dims: xShape } }, targets: { y } });
    losses.push(loss);
    expect(Math.abs(byHand.loss() - loss)).toBeLessThan(1e-5);
  }
  expect(losses.at(-1)).toBeLessThan(losses[0]! - 0.1);
  await byHand.close();
  await trainer.dispose();
});
