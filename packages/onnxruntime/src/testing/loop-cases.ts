import { constantSparsity, createPruner } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { cosineRate, warmupRate } from '../index.js';
import { perceptronBatch } from './models.js';
import type { TestRuntime } from './runtimes.js';
import { startPruner, startTrainer } from './trainer-cases.js';

/** Tests of losses, groups of parameters, and the loop around steps, that a trainer passes on every runtime. */
export function loopCases(runtime: TestRuntime): void {
  describe('losses and the loop', () => cases(runtime));
}

function cases(runtime: TestRuntime): void {
  it('takes a weighted sum of losses with ignored labels, weights and a teacher, under masks', async () => {
    const classWeights = [0.5, 1, 2];
    const trainer = await startTrainer(runtime, {
      loss: [
        {
          loss: {
            kind: 'crossEntropy',
            targets: 'indices',
            classWeights,
            ignoreIndex: -1,
            labelSmoothing: 0.1,
            sampleWeights: true,
          },
          output: 'y',
          weight: 0.5,
        },
        { loss: { kind: 'distillation', temperature: 2 }, output: 'y', targets: 'teacher' },
      ],
    });
    const schedule = constantSparsity(0.5);
    const pruner = createPruner({ backend: trainer.backend, weights: trainer.weights, schedule });
    await pruner.update(0);
    const { inputs, targets } = perceptronBatch(4, 1);
    const labels = [0, -1, 2, 1];
    const samples = [1, 5, 0.5, 2];
    const teacher = targets.y.map((value, at) => 2 * value - at / 12);
    const logits = (await trainer.predict(inputs)).y!.data as Float32Array;
    const batch = {
      inputs,
      targets: { y: BigInt64Array.from(labels, BigInt), teacher },
      sampleWeights: { y: Float32Array.from(samples) },
    };
    const { loss } = await trainer.step(batch);
    const row = (of: Float32Array, at: number) => [...of.subarray(at * 3, at * 3 + 3)];
    const logSoftmax = (z: readonly number[]) => z.map((each) => each - Math.log(sum(z.map(Math.exp))));
    const entropies = labels.map((label, at) => {
      const logs = logSoftmax(row(logits, at));
      const smooth = sum(logs.map((log, c) => (-log * classWeights[c]! * 0.1) / 3));
      return label < 0 ? 0 : samples[at]! * (-0.9 * classWeights[label]! * logs[label]! + smooth);
    });
    const weight = sum(labels.map((label, at) => (label < 0 ? 0 : samples[at]! * classWeights[label]!)));
    const distances = labels.map((_, at) => {
      const [p, q] = [logits, teacher].map((of) => logSoftmax(row(of, at).map((each) => each / 2)));
      return 4 * sum(q!.map((log, c) => Math.exp(log) * (log - p![c]!)));
    });
    expect(loss).toBeCloseTo((0.5 * sum(entropies)) / weight + sum(distances) / 4, 5);
    for (let step = 0; step < 5; step += 1) await trainer.step(batch);
    expect((await trainer.evaluate(batch)).loss).toBeLessThan(loss);
    expect((await pruner.report()).total).toMatchObject({ dropped: 36, zeros: 36 });
    const nothing = { ...batch, sampleWeights: { y: new Float32Array(4) } };
    expect((await trainer.step(nothing)).loss).toBeNaN();
    for (const values of (await trainer.read()).values()) expect(values.every(Number.isFinite)).toBe(true);
    pruner.dispose();
    await trainer.dispose();
  });

  it('follows a schedule of the rate, and groups of parameters, and goes on after a restore bit for bit', async () => {
    const settings = {
      optimizer: { kind: 'adamw', weightDecay: 0.1 },
      parameterGroups: ['noDecay', { select: 'k1', learningRateFactor: 0.1 }],
      learningRate: warmupRate(cosineRate({ rate: 0.05, steps: 8 }), { steps: 2 }),
    } as const;
    const trainer = await startTrainer(runtime, settings);
    const before = await trainer.read();
    await trainer.step(perceptronBatch(8, 0));
    // The first step of a rise is at a rate of 0.
    expect(await trainer.read()).toEqual(before);
    const pruning = trainer.prune({ schedule: constantSparsity(0.5), every: 2 });
    for (let step = 1; step < 4; step += 1) await trainer.step(perceptronBatch(8, step));
    const state = JSON.parse(JSON.stringify(await pruning.save()));
    for (let step = 4; step < 8; step += 1) await trainer.step(perceptronBatch(8, step));
    const whole = await trainer.read();
    await trainer.dispose();
    const other = await startTrainer(runtime, settings);
    const resumed = other.prune({ schedule: constantSparsity(0.5), every: 2 });
    await resumed.restore(state);
    for (let step = 4; step < 8; step += 1) await other.step(perceptronBatch(8, step));
    expect(await other.read()).toEqual(whole);
    await other.dispose();
    const ungrouped = await startTrainer(runtime, { optimizer: settings.optimizer });
    const pruner = startPruner(ungrouped);
    await expect(ungrouped.restore(state, { pruner })).rejects.toThrow(
      /has parameterGroups not set; the state was saved with parameterGroups \[/,
    );
    pruner.dispose();
    await ungrouped.dispose();
  });
}

const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0);
