import { constantSparsity } from '@synaprune/core';
import { findWeights, pruneOnnx } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTrainer, type DistilOptions, distil, distillationOptions, type Trainer } from '../index.js';
import { numbers, perceptron, randomTensor } from '../testing/models.js';
import { type TestRuntime, useNode } from '../testing/runtimes.js';

let runtime: TestRuntime;
const trainers: Trainer[] = [];

beforeAll(async () => {
  runtime = await useNode();
});
afterEach(async () => {
  for (const trainer of trainers.splice(0)) await trainer.dispose();
});

const sessionOptions = { intraOpNumThreads: 1 };
const samplesOf = (count: number, size = 1) =>
  Array.from({ length: count }, (_, i) => ({ x: numbers(6 * size, 200 + i) }));

/** Two layers of 24 between 6 and 3, and probabilities. */
function classifier(): Uint8Array {
  return buildModel({
    inputs: { x: ['batch', 6] },
    tensors: [
      randomTensor('k1', [6, 24], 1),
      randomTensor('b1', [24], 2, 0.1),
      randomTensor('k2', [24, 3], 3),
    ],
    nodes: [
      ['MatMul', ['x', 'k1'], ['h']],
      ['Add', ['h', 'b1'], ['hb']],
      ['Tanh', ['hb'], ['a']],
      ['MatMul', ['a', 'k2'], ['z']],
      ['Softmax', ['z'], ['y'], { axis: -1 }],
    ],
    outputs: { y: ['batch', 3] },
  });
}

async function open(model: Uint8Array, options: object = {}): Promise<Trainer> {
  const trainer = await createTrainer({
    ort: runtime.ort,
    model,
    sessionOptions,
    ...distillationOptions(model),
    ...options,
  });
  trainers.push(trainer);
  return trainer;
}

const zerosIn = async (trainer: Trainer) => {
  const values = [...(await trainer.read())]
    .filter(([name]) => name.startsWith('k'))
    .flatMap(([, data]) => [...data]);
  return values.filter((value) => value === 0).length / values.length;
};

describe('distil', () => {
  it('prunes to the sparsity asked for, exactly, and answers better than one shot does', async () => {
    const model = classifier();
    const inputs = samplesOf(80);
    const options: Omit<DistilOptions, 'trainer'> = { inputs, sparsity: 0.6, steps: 120, learningRate: 0.01 };
    const trainer = await open(model);
    const result = await distil({ trainer, ...options });
    expect(result.sparsity).toBeCloseTo(0.6, 2);
    expect(await zerosIn(trainer)).toBeCloseTo(result.sparsity, 9);
    expect(result.best).toBe(
      result.checks.find(({ step }) => step === result.best.step && result.best.sparsity > 0.59),
    );
    expect(result.losses).toHaveLength(result.steps);

    const { model: pruned } = await pruneOnnx(model, { sparsity: 0.6 });
    const one = await open(pruned);
    const { checks } = await distil({
      trainer: one,
      teacher: model,
      ...options,
      sparsity: undefined,
      steps: 1,
    });
    expect(result.best.unexplained).toBeLessThan(0.5 * checks[0]!.unexplained);
    expect(result.agreement.total).toBeGreaterThanOrEqual(checks[0]!.agreement);
    expect(result.agreement.count).toBe(16);
  });

  it('keeps what is zero already and learns from a teacher that is told, model or function', async () => {
    const model = classifier();
    const { model: pruned } = await pruneOnnx(model, { sparsity: 0.5 });
    const before = findWeights(pruned).map(({ zeros }) => zeros);
    const inputs = samplesOf(40);
    const trainer = await open(pruned);
    const result = await distil({ trainer, teacher: model, inputs, steps: 40, learningRate: 0.01 });
    expect(result.best.unexplained).toBeLessThan(0.5 * result.checks[0]!.unexplained);
    expect(findWeights(await trainer.export()).map(({ zeros }) => zeros)).toEqual(before);

    const session = await runtime.ort.InferenceSession.create(model, sessionOptions);
    const again = await open(pruned);
    const same = await distil({
      trainer: again,
      teacher: (feeds) => session.run(feeds) as never,
      inputs: () => inputs,
      steps: 40,
      learningRate: 0.01,
    });
    expect(same.losses).toEqual(result.losses);
    await session.release();
  });

  it('leaves the model as it is where training only harms it', async () => {
    const trainer = await open(classifier());
    const before = await trainer.read();
    const result = await distil({ trainer, inputs: samplesOf(10), steps: 10 });
    expect(result.best.step).toBe(0);
    expect(result.notices.map(({ code }) => code)).toContain('not-improved');
    expect(await trainer.read()).toEqual(before);
  });

  it('comes back from a rate that loses the loss, and says so', async () => {
    const model = perceptron();
    const { model: pruned } = await pruneOnnx(model, { sparsity: 0.5 });
    const trainer = await open(pruned, { clip: undefined, optimizer: 'sgd' });
    const result = await distil({
      trainer,
      teacher: model,
      inputs: samplesOf(24),
      steps: 60,
      learningRate: 1e30,
    });
    expect(result.notices.map(({ code }) => code)).toContain('diverged');
    expect(result.best.unexplained).toBeLessThanOrEqual(result.checks[0]!.unexplained);
    for (const values of (await trainer.read()).values()) {
      expect(values.every((value) => Number.isFinite(value))).toBe(true);
    }
  });

  it('prunes channels of the graph, and reaches the sparsity in a single step', async () => {
    const trainer = await open(classifier());
    const pruning = { pattern: { kind: 'channel', groups: 'graph' } } as const;
    const result = await distil({ trainer, inputs: samplesOf(10), sparsity: 0.5, pruning, steps: 1 });
    expect(result).toMatchObject({ steps: 1, best: { sparsity: result.sparsity } });
    const k1 = (await trainer.read()).get('k1')!;
    const dead = Array.from({ length: 24 }, (_, c) =>
      k1.filter((_, i) => i % 24 === c).every((value) => value === 0),
    );
    expect(dead.filter(Boolean)).toHaveLength(12);
  });

  it('stops when told to, at its best so far', async () => {
    const trainer = await open(classifier());
    const controller = new AbortController();
    const steps: number[] = [];
    const running = distil({
      trainer,
      inputs: samplesOf(20),
      sparsity: 0.5,
      steps: 50,
      signal: controller.signal,
      onProgress: ({ step }) => {
        steps.push(step);
        if (step === 3) controller.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(steps).toEqual([1, 2, 3]);
    await expect(trainer.predict({ x: numbers(6, 1) })).resolves.toBeDefined();
  });

  it('takes samples of several shapes, and batches', async () => {
    const trainer = await open(perceptron());
    const inputs = [...samplesOf(6), ...samplesOf(6, 3), ...samplesOf(3, 20)];
    const { steps } = await distil({ trainer, inputs, sparsity: 0.3, steps: 12 });
    expect(steps).toBe(12);
  });

  it('refuses what does not fit', async () => {
    const trainer = await open(classifier());
    const inputs = samplesOf(4);
    await expect(distil({ trainer: {} as Trainer, inputs })).rejects.toThrow('createTrainer');
    await expect(distil({ trainer, inputs, keep: 0.5 } as never)).rejects.toThrow('sparsity');
    await expect(distil({ trainer, inputs: [] })).rejects.toThrow(RangeError);
    await expect(distil({ trainer, inputs: [{ x: new Float32Array(5) }] })).rejects.toThrow('sample 0');
    await expect(distil({ trainer, inputs, pruning: {} })).rejects.toThrow('sparsity');
    await expect(
      distil({ trainer, inputs, sparsity: 0.5, pruning: { schedule: constantSparsity(0.5) } as never }),
    ).rejects.toThrow('ramp');
    const other = buildModel({
      inputs: { x: ['batch', 6] },
      nodes: [['Relu', ['x'], ['z']]],
      outputs: { z: ['batch', 6] },
    });
    const wider = buildModel({
      inputs: { x: ['batch', 7] },
      nodes: [['Relu', ['x'], ['y']]],
      outputs: { y: ['batch', 7] },
    });
    await expect(distil({ trainer, teacher: wider, inputs })).rejects.toMatchObject({
      code: 'teacher-mismatch',
      message: expect.stringContaining('"x" as float32 [batch, 6]; it takes "x" as float32 [batch, 7]'),
    });
    await expect(distil({ trainer, teacher: other, inputs })).rejects.toMatchObject({
      code: 'teacher-mismatch',
    });
  });
});
