import { constantSparsity, createPruner, linearRamp, movementScore, wandaScore } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { cosineRate, warmupRate } from '../index.js';
import { frozenCase } from './frozen-case.js';
import { perceptronBatch } from './models.js';
import type { TestRuntime } from './runtimes.js';
import { startPruner, startTrainer } from './trainer-cases.js';

/** Tests of losses, groups of parameters, and the loop around steps, that a trainer passes on every runtime. */
export function loopCases(runtime: TestRuntime, { few = false }: { readonly few?: boolean } = {}): void {
  describe('losses and the loop', () => {
    frozenCase(runtime);
    slow(runtime, few);
    if (!few) quick(runtime);
  });
}

/** On a device that is slow in tests, only what no other device tells. */
function slow(runtime: TestRuntime, few: boolean): void {
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
    for (let step = 0; step < (few ? 1 : 5); step += 1) await trainer.step(batch);
    expect((await trainer.evaluate(batch)).loss).toBeLessThan(loss);
    expect((await pruner.report()).total).toMatchObject({ dropped: 36, zeros: 36 });
    const nothing = { ...batch, sampleWeights: { y: new Float32Array(4) } };
    expect((await trainer.step(nothing)).loss).toBeNaN();
    for (const values of (await trainer.read()).values()) expect(values.every(Number.isFinite)).toBe(true);
    pruner.dispose();
    await trainer.dispose();
  });

  it('takes one step from several batches as from all of them as one, masks and schedules counting steps', async () => {
    const settings = {
      loss: {
        kind: 'crossEntropy',
        targets: 'indices',
        classWeights: [0.5, 1, 2],
        ignoreIndex: -1,
        sampleWeights: true,
      },
      optimizer: { kind: 'sgd', momentum: 0.9 },
      clip: { norm: 0.5 },
      gradients: true,
      learningRate: cosineRate({ rate: 0.2, steps: 10 }),
    } as const;
    const steps = few ? 3 : 6;
    const labels = [0, -1, 2, 1, 1, -1, -1, 0];
    const part = (seed: number, from: number, to: number) => ({
      inputs: { x: perceptronBatch(8, seed).inputs.x.slice(from * 6, to * 6) },
      targets: { y: BigInt64Array.from(labels.slice(from, to), BigInt) },
      sampleWeights: { y: Float32Array.from(labels.slice(from, to), (_, at) => 0.5 + from + at) },
    });
    const [whole, parts] = [await startTrainer(runtime, settings), await startTrainer(runtime, settings)];
    const prunings = [whole, parts].map((trainer) =>
      trainer.prune({ schedule: linearRamp({ from: 0, to: 0.5, start: 0, end: few ? 2 : 4 }), every: 2 }),
    );
    for (let step = 0; step < steps; step += 1) {
      const one = await whole.step(part(step, 0, 8));
      // Nothing counts in the third.
      const pieces = [part(step, 0, 1), part(step, 1, 5), part(step, 5, 7), part(step, 7, 8)];
      const batches = step % 2 === 0 ? pieces : gives(pieces);
      const several = await parts.step({ batches });
      expect(Math.abs(several.loss - one.loss)).toBeLessThan(1e-6);
    }
    expect(parts.steps).toBe(steps);
    const [theirs, ours] = [await whole.read(), await parts.read()];
    for (const [name, values] of theirs) {
      expect(furthest(values, ours.get(name)!), name).toBeLessThan(2e-6);
    }
    const reports = await Promise.all(prunings.map((pruning) => pruning.report()));
    expect(reports[1]!.total).toMatchObject({ dropped: 36, zeros: 36 });
    expect(reports[0]!.total).toEqual(reports[1]!.total);
    const nothing = await parts.step({ batches: [part(0, 1, 2), part(0, 5, 7)], learningRate: 0 });
    expect(nothing.loss).toBeNaN();
    const state = await prunings[1]!.save();
    const before = await parts.read();
    const bad = parts.step({ batches: [part(0, 0, 4), { ...part(0, 4, 8), targets: {} }] });
    await expect(bad).rejects.toThrow('targets needs "y"');
    await expect(parts.step({ batches: [] })).rejects.toThrow('one or more, got none');
    expect(await parts.read()).toEqual(before);
    await parts.step({ batches: [part(7, 0, 4), part(7, 4, 8)] });
    const after = await parts.read();
    await prunings[1]!.restore(state);
    await parts.step({ batches: [part(7, 0, 4), part(7, 4, 8)] });
    expect(await parts.read()).toEqual(after);
    await whole.dispose();
    await parts.dispose();
  });

  it('takes weights in the middle of a run, what masks drop being zero, and gives those that are asked for', async () => {
    const trainer = await startTrainer(runtime);
    const pruning = trainer.prune({ schedule: constantSparsity(0.5), every: 100 });
    await trainer.step(perceptronBatch(8, 1));
    const pruned = await trainer.read();
    const ones = (name: string) => new Float32Array(pruned.get(name)!.length).fill(1);
    await trainer.write(
      new Map([
        ['k1', ones('k1')],
        ['b2', ones('b2')],
      ]),
    );
    const read = await trainer.read({ select: ['b2', /^k/] });
    expect([...read.keys()].sort()).toEqual(['b2', 'k1', 'k2']);
    expect(read.get('k1')).toEqual(pruned.get('k1')!.map((value) => (value === 0 ? 0 : 1)));
    expect(read.get('b2')).toEqual(ones('b2'));
    expect(read.get('k2')).toEqual(pruned.get('k2'));
    await trainer.step(perceptronBatch(8, 2));
    expect((await pruning.report()).total).toMatchObject({ dropped: 36, zeros: 36 });
    const before = await trainer.read();
    for (const [name, values, said] of [
      ['k3', ones('k1'), '"k3" is no weight or buffer of this trainer; it has "k1"'],
      ['k1', ones('b2'), 'needs 48 elements for "k1", got 3'],
      ['k1', ones('k1').with(7, Number.NaN), 'needs "k1" to be finite, got NaN at 7'],
    ] as const) {
      await expect(
        trainer.write(
          new Map([
            ['b1', ones('b1')],
            [name, values],
          ]),
        ),
      ).rejects.toThrow(said);
    }
    await expect(trainer.write({ k1: ones('k1') } as never)).rejects.toThrow('a Map of values by name');
    await expect(trainer.read({ select: 'k3' })).rejects.toThrow(/k3/);
    expect(await trainer.read()).toEqual(before);
    await trainer.dispose();
  });
}

function quick(runtime: TestRuntime): void {
  it('steps to the same weights where values of the model are computed again, also from several batches', async () => {
    const settings = { optimizer: 'sgd', learningRate: 0.5 } as const;
    const kept = await startTrainer(runtime, settings);
    const again = await startTrainer(runtime, { ...settings, recompute: { segments: 3 } });
    for (let step = 0; step < 2; step += 1) {
      const batch = perceptronBatch(128, step);
      const one = await kept.step(batch);
      const other = await again.step(step === 0 ? batch : { batches: [batch] });
      expect(Math.abs(one.loss - other.loss)).toBeLessThan(1e-6);
    }
    const [theirs, ours] = [await kept.read(), await again.read()];
    for (const [name, values] of theirs) expect(furthest(values, ours.get(name)!), name).toBeLessThan(1e-6);
    await kept.dispose();
    await again.dispose();
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

  it('adds the gradients of batches where a sum is asked for, and observes for scores of gradients', async () => {
    const settings = { optimizer: 'sgd', learningRate: 0.1, sessions: 1 } as const;
    const [one, two] = [await startTrainer(runtime, settings), await startTrainer(runtime, settings)];
    two.prune({ score: movementScore(), schedule: constantSparsity(0.5), every: 100 });
    const batches = [perceptronBatch(4, 1), perceptronBatch(2, 2)];
    const before = await one.read();
    const summed = await two.step({ batches, reduce: 'sum' });
    const after = await two.read();
    const losses: number[] = [];
    const moved = new Map(
      [...before.keys()].map((name) => [name, new Float64Array(before.get(name)!.length)]),
    );
    const start = await one.save();
    for (const batch of batches) {
      losses.push((await one.step(batch)).loss);
      for (const [name, values] of await one.read()) {
        for (const [at, value] of values.entries()) moved.get(name)![at]! += value - before.get(name)![at]!;
      }
      await one.restore(start);
    }
    expect(summed.loss).toBeCloseTo(sum(losses), 5);
    for (const [name, values] of after) {
      const expected = moved.get(name)!.map((value, at) => value + before.get(name)![at]!);
      expect(furthest(expected, values), name).toBeLessThan(1e-6);
    }
    const wanda = two.prune({ score: wandaScore(), schedule: constantSparsity(0.5), every: 100 });
    await expect(two.step({ batches })).rejects.toThrow(
      /passes through the layer of "k1".*gathered gradients/,
    );
    wanda.dispose();
    await two.step({ batches });
    await expect(two.step({ batches, reduce: 'most' } as never)).rejects.toThrow('"mean" or "sum"');
    await expect(two.step({ batches: 3 } as never)).rejects.toThrow('got 3');
    await expect(two.step({ ...batches[0]!, batches } as never)).rejects.toThrow('no option "inputs"');
    await one.dispose();
    await two.dispose();
  });
}

async function* gives<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

/** How far elements are from each other at most. */
const furthest = (some: ArrayLike<number>, others: ArrayLike<number>) =>
  Array.from(some).reduce((most, value, at) => Math.max(most, Math.abs(value - others[at]!)), 0);

const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0);
