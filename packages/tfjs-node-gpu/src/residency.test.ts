import { magnitudeOf } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { countBytesRead } from '../testing/harness.mjs';
import { loadTfjsNode } from '../testing/load-tfjs-node.mjs';
import { leavesDevice } from '../testing/residency.mjs';
import { createSimulatedBinding, type Operation } from '../testing/simulated/binding.mjs';
import { constantSparsity, createPruner, pruneOptimizer, randomScore, tfjsNodeBackend } from './index.js';

/** One element more than is counted in one sum, so that pieces are cut and joined too. */
const LARGE = 2 ** 22 + 1;

const binding = createSimulatedBinding(tf, { gpu: true });
loadTfjsNode('@tensorflow/tfjs-node', binding);
const bytesRead = countBytesRead(tf);
const variables: tf.Variable[] = [];

afterEach(() => tf.dispose(variables.splice(0)));

function weightsOf(...sizes: readonly number[]): { name: string; weight: tf.Variable }[] {
  return sizes.map((size, i) => {
    // Few values, so that a cut has ties to break.
    const values = Float32Array.from({ length: size }, (_, j) => ((j * 7919) % 13) - 6);
    const weight = tf.tidy(() => tf.variable(tf.tensor(values)));
    variables.push(weight);
    return { name: `weight ${i}`, weight };
  });
}

function expectOnDevice(operations: readonly Operation[]): void {
  expect(operations.length).toBeGreaterThan(0);
  expect(operations.map(leavesDevice).filter((reason) => reason !== undefined)).toEqual([]);
}

describe('simulated binding: what TensorFlow is asked to do', () => {
  it('updates without an operation that libtensorflow runs on the host', async () => {
    const backend = tfjsNodeBackend();
    const pruner = createPruner({ backend, weights: weightsOf(1000, 100), schedule: constantSparsity(0.5) });
    const before = bytesRead();
    const operations = await binding.record(() => pruner.update(0));
    expectOnDevice(operations);
    expect(new Set(operations.map(({ name }) => name))).toContain('Cumsum');
    // 31 rounds of one sum, what ties, and what is kept: 4 bytes each.
    expect(bytesRead() - before).toBeLessThan(256);
    pruner.dispose();
  });

  it('cuts large weights into pieces, and joins them, on the device too', async () => {
    const backend = tfjsNodeBackend();
    const { weight } = weightsOf(LARGE)[0]!;
    const items = [{ weight, mask: backend.createMask(weight), score: { kind: 'magnitude' } }] as const;
    let kept: readonly number[] = [];
    const operations = await binding.record(async () => {
      await backend.countBelow(items, [magnitudeOf(1)]);
      await backend.dropAndEnforce!([{ items, cut: { magnitude: 0, ties: 1000 } }]);
      kept = await backend.countKept([items[0].mask]);
    });
    expect(kept).toEqual([LARGE - 1000]);
    expectOnDevice(operations);
    const names = new Set(operations.map(({ name }) => name));
    for (const name of ['Slice', 'Cumsum', 'ConcatV2']) expect(names).toContain(name);
    backend.disposeMask(items[0].mask);
  });

  it('combines masks on the device, so that growth stays there', async () => {
    const backend = tfjsNodeBackend();
    const { weight } = weightsOf(1000)[0]!;
    const [into, from] = [backend.createMask(weight), backend.createMask(weight)];
    const operations = await binding.record(async () => {
      await backend.combine!(into, from, 'andNot');
      await backend.combine!(from, into, 'or');
    });
    expectOnDevice(operations);
    expect(operations.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['LogicalNot', 'LogicalAnd', 'LogicalOr']),
    );
    expect(await backend.countKept([into, from])).toEqual([0, 1000]);
    for (const mask of [into, from]) backend.disposeMask(mask);
  });

  it('would be caught at a sum of int32, and at what nobody has looked up', async () => {
    const ones = tf.ones([7], 'int32');
    const operations = await binding.record(() => tf.tidy(() => void [ones.sum(), tf.ones([3]).exp()]));
    ones.dispose();
    expect(operations.map(leavesDevice)).toEqual([
      'Sum computes int32 of [7] on the host',
      'Exp is not in the table',
    ]);
  });

  it('sums and counts no int32', async () => {
    const backend = tfjsNodeBackend();
    const score = randomScore({ seed: 3 });
    const pruner = createPruner({ backend, weights: weightsOf(500), schedule: constantSparsity(0.3), score });
    const operations = await binding.record(async () => {
      await pruner.update(0);
      await pruner.enforce();
      await pruner.report();
    });
    const counting = operations.filter(({ name }) => name === 'Sum' || name === 'Cumsum');
    expect(counting.length).toBeGreaterThan(10);
    for (const { inputs } of counting) expect(inputs[0]?.dtype).toBe('float32');
    expectOnDevice(operations);
    pruner.dispose();
  });

  it('enforces by two operations a weight, and reads nothing', async () => {
    const pruner = createPruner({
      backend: tfjsNodeBackend(),
      weights: weightsOf(100, 200),
      schedule: constantSparsity(0.5),
    });
    await pruner.update(0);
    const before = bytesRead();
    const operations = await binding.record(() => pruner.enforceSync());
    expect(operations.map(({ name }) => name)).toEqual(['ZerosLike', 'Select', 'ZerosLike', 'Select']);
    expectOnDevice(operations);
    expect(bytesRead()).toBe(before);
    pruner.dispose();
  });

  it('masks gradients where they are', async () => {
    const [weight] = weightsOf(100);
    const backend = tfjsNodeBackend();
    const pruner = createPruner({ backend, weights: [weight!], schedule: constantSparsity(0.5) });
    await pruner.update(0);
    const optimizer = pruneOptimizer(tf.train.sgd(0.1), pruner, { backend });
    const gradient = tf.ones([100]);
    const before = bytesRead();
    await binding.record(() => optimizer.applyGradients({ [weight!.weight.name]: gradient as tf.Variable }));
    expect(bytesRead()).toBe(before);
    gradient.dispose();
    optimizer.dispose();
    pruner.dispose();
  });

  it('reads less than 4 kB in an update of 300 weights', async () => {
    const weights = weightsOf(...Array.from({ length: 300 }, (_, i) => i + 1));
    const schedule = (position: number) => (position === 0 ? 0.25 : 0.5);
    const pruner = createPruner({ backend: tfjsNodeBackend(), weights, schedule });
    const before = bytesRead();
    await pruner.update(0);
    const first = bytesRead() - before;
    // The first one also counts the zeros that each weight came with.
    expect(first).toBeLessThan(4_000 + 4 * 300);
    // As after every step: an update looks at what was dropped only where nobody enforced it.
    await pruner.enforce();
    await pruner.update(1);
    expect(bytesRead() - before - first).toBeLessThan(4_000);
    pruner.dispose();
  });

  it('gives every tensor and every handle back', async () => {
    const weights = weightsOf(1000, 10);
    for (const { weight } of weights) weight.abs().dispose();
    const [tensors, handles] = [tf.memory().numTensors, binding.getNumOfTensors()];
    const pruner = createPruner({ backend: tfjsNodeBackend(), weights, schedule: constantSparsity(0.5) });
    await pruner.update(0);
    await pruner.enforce();
    pruner.dispose();
    expect([tf.memory().numTensors, binding.getNumOfTensors()]).toEqual([tensors, handles]);
  });
});
