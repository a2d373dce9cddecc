import { describe, expect, it } from 'vitest';
import { createTrainer } from '../index.js';
import { perceptron, perceptronBatch } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';

const { ort, executionProviders } = await useNode();
const options = {
  ort,
  executionProviders,
  model: perceptron(),
  optimizer: 'sgd',
  learningRate: 0.1,
} as const;
const { x } = perceptronBatch(4, 1).inputs;
const labels = (...data: number[]) => BigInt64Array.from(data, BigInt);

describe('targets', () => {
  it('that are of no class are refused by place, before anything is taken', async () => {
    const trainer = await createTrainer({ ...options, loss: { kind: 'crossEntropy', targets: 'indices' } });
    const before = await trainer.read();
    const step = (...data: number[]) => trainer.step({ inputs: { x }, targets: { y: labels(...data) } });
    await expect(step(0, 1, 3, 2)).rejects.toThrow(RangeError);
    await expect(step(0, 1, 3, 2)).rejects.toThrow(
      'target "y" needs indices of classes from 0 to 2, got 3 at 2',
    );
    await expect(step(0, -1, 1, 2)).rejects.toThrow('got -1 at 1');
    await expect(step(0, 1, 2, -100)).rejects.toThrow(
      'got -100 at 3; no index is ignored unless the loss says so, as ignoreIndex: -100 does',
    );
    await expect(trainer.evaluate({ inputs: { x }, targets: { y: labels(0, 1, 2, 3) } })).rejects.toThrow(
      RangeError,
    );
    expect(await trainer.read()).toEqual(before);
    expect((await step(0, 1, 2, 2)).loss).toBeGreaterThan(0);
    await trainer.dispose();
  });

  it('of a binary cross-entropy lie between 0 and 1', async () => {
    const trainer = await createTrainer({ ...options, loss: 'binaryCrossEntropy' });
    const y = new Float32Array(12).fill(1);
    await expect(trainer.step({ inputs: { x }, targets: { y: y.with(5, -1) } })).rejects.toThrow(
      'target "y" needs every element in [0, 1], got -1 at 5',
    );
    await expect(trainer.step({ inputs: { x }, targets: { y: y.with(5, Number.NaN) } })).rejects.toThrow(
      RangeError,
    );
    await trainer.step({ inputs: { x }, targets: { y } });
    await trainer.dispose();
  });

  it('that are ignored are taken, and weights of samples that cannot be are refused', async () => {
    const loss = {
      kind: 'crossEntropy',
      targets: 'indices',
      ignoreIndex: -100,
      sampleWeights: true,
    } as const;
    const trainer = await createTrainer({ ...options, loss });
    const step = (y: bigint[], s: number[]) =>
      trainer.step({
        inputs: { x },
        targets: { y: BigInt64Array.from(y) },
        sampleWeights: { y: Float32Array.from(s) },
      });
    const right = [0n, -100n, 2n, -100n];
    expect((await step(right, [1, 0, 0.5, 1])).loss).toBeGreaterThan(0);
    await expect(step([0n, -1n, 2n, -100n], [1, 1, 1, 1])).rejects.toThrow('from 0 to 2, got -1 at 1');
    await expect(step(right, [1, 1, -1, 1])).rejects.toThrow(
      'sample weights "y" needs every element finite and of at least 0, got -1 at 2',
    );
    await expect(step(right, [1, 1, Number.NaN, 1])).rejects.toThrow('got NaN at 2');
    await expect(step(right, [1, 1])).rejects.toThrow('needs 4 elements for the shape [4], got 2');
    await expect(trainer.step({ inputs: { x }, targets: { y: labels(0, 1, 2, 2) } })).rejects.toThrow(
      'sampleWeights needs "y"; "y" is missing',
    );
    await trainer.dispose();
    const plain = await createTrainer({ ...options, loss: 'crossEntropy' });
    const sampleWeights = { y: new Float32Array(4) };
    await expect(plain.step({ ...perceptronBatch(4, 1), sampleWeights })).rejects.toThrow(
      'sampleWeights needs the loss to have sampleWeights: true, as { kind: \'mse\', sampleWeights: true } has; got "y"',
    );
    await plain.dispose();
  });

  it('of another type or shape: what the loss takes, and how to say the other', async () => {
    const oneHot = await createTrainer({ ...options, loss: 'crossEntropy' });
    await expect(oneHot.step({ inputs: { x }, targets: { y: labels(0, 1, 2, 2) } })).rejects.toThrow(
      'target "y" needs float32 in a Float32Array, got a BigInt64Array (a float for each class; ' +
        "targets: 'indices' takes an int64 index of a class for each)",
    );
    await expect(oneHot.step({ inputs: { x }, targets: { y: Float32Array.of(0, 1, 2, 2) } })).rejects.toThrow(
      'needs 12 elements for the shape [4, 3], got 4 (a float for each class',
    );
    await oneHot.dispose();
    const indices = await createTrainer({ ...options, loss: { kind: 'crossEntropy', targets: 'indices' } });
    await expect(indices.step({ inputs: { x }, targets: { y: Int32Array.of(0) } })).rejects.toThrow(
      'got an Int32Array: BigInt64Array.from(labels, BigInt)',
    );
    await expect(indices.step({ inputs: { x }, targets: { y: new Float32Array(12) } })).rejects.toThrow(
      'target "y" needs int64 in a BigInt64Array, got a Float32Array (an int64 index of a class for each; ' +
        "targets: 'oneHot' takes a float for each class)",
    );
    await indices.dispose();
  });
});

it('carries the notices of its training step', async () => {
  const trainer = await createTrainer({ ...options, loss: { kind: 'crossEntropy', from: 'probabilities' } });
  expect(trainer.notices.map(({ code }) => code)).toContain('logits-as-probabilities');
  await trainer.dispose();
});
