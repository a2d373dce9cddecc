import { linearRamp } from '@synaprune/core';
import { tensorFromFloat32 } from '@synaprune/onnx';
import { channelGroups, shrinkOnnx } from '@synaprune/onnx-shrink';
import { expect, it } from 'vitest';
import { createTrainer, type Trainer, type TrainerPruneOptions } from '../index.js';
import { modelOf, numbers, randomTensor } from './models.js';
import type { TestRuntime } from './runtimes.js';

const ones = (name: string, count: number) =>
  tensorFromFloat32(name, new Float32Array(count).fill(1), [count]);
const normalisation = (name: string, count: number, seed: number) => [
  randomTensor(`${name}.scale`, [count], seed, 0.5),
  randomTensor(`${name}.shift`, [count], seed + 1, 0.5),
  randomTensor(`${name}.mean`, [count], seed + 2, 0.1),
  ones(`${name}.variance`, count),
];
const normalise = (name: string, from: string, to: string) =>
  [
    'BatchNormalization',
    [from, ...['scale', 'shift', 'mean', 'variance'].map((part) => `${name}.${part}`)],
    [to],
  ] as const;
const same = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };

/**
 * A stem of 8 channels that a block of 6 adds to, and a head. What the block computes is not 0 where its channels are:
 * there is a sigmoid in it.
 */
export function residualNet(): Uint8Array {
  return modelOf(
    [-1, 2, 5, 5],
    [-1, 3],
    [
      randomTensor('stem', [8, 2, 3, 3], 1, 0.4),
      randomTensor('stem.bias', [8], 2, 0.2),
      ...normalisation('stem', 8, 3),
      randomTensor('inner', [6, 8, 3, 3], 11, 0.3),
      randomTensor('inner.bias', [6], 12, 0.2),
      ...normalisation('inner', 6, 13),
      randomTensor('outer', [8, 6, 1, 1], 21, 0.6),
      randomTensor('head', [8, 3], 31),
      randomTensor('head.bias', [3], 32, 0.1),
    ],
    [
      ['Conv', ['x', 'stem', 'stem.bias'], ['s0'], same],
      normalise('stem', 's0', 's1'),
      ['Relu', ['s1'], ['s']],
      ['Conv', ['s', 'inner', 'inner.bias'], ['i0'], same],
      normalise('inner', 'i0', 'i1'),
      ['Sigmoid', ['i1'], ['i']],
      ['Conv', ['i', 'outer'], ['o'], { kernel_shape: [1, 1] }],
      ['Add', ['s', 'o'], ['sum']],
      ['Relu', ['sum'], ['r']],
      ['GlobalAveragePool', ['r'], ['pooled']],
      ['Flatten', ['pooled'], ['flat']],
      ['Gemm', ['flat', 'head', 'head.bias'], ['y']],
    ],
  );
}

const batchOf = (seed: number, size = 8) => {
  const y = new Float32Array(size * 3);
  for (let row = 0; row < size; row += 1) y[row * 3 + ((row + seed) % 3)] = 1;
  return { inputs: { x: numbers(size * 50, 100 + seed) }, targets: { y } };
};

const startNet = ({ ort, executionProviders }: TestRuntime, model = residualNet()): Promise<Trainer> =>
  createTrainer({
    ort,
    executionProviders,
    model,
    inputs: { x: [8, 2, 5, 5] },
    loss: 'crossEntropy',
    optimizer: { kind: 'adam', weightDecay: 0.01 },
    learningRate: 0.02,
  });

const ramp: TrainerPruneOptions = {
  schedule: linearRamp({ from: 0, to: 0.5, start: 0, end: 8 }),
  pattern: { kind: 'channel', groups: 'graph' },
  distribution: 'uniform',
};

/** Tests that channels of a model's graph are trained away, and cut without a change. */
export function groupCases(runtime: TestRuntime): void {
  const outputsOf = async (model: Uint8Array, x: Float32Array): Promise<Float32Array> => {
    const { ort, executionProviders } = runtime;
    const session = await ort.InferenceSession.create(model, { executionProviders, logSeverityLevel: 3 });
    const { y } = await session.run({ x: new ort.Tensor('float32', x, [x.length / 50, 2, 5, 5]) });
    const values = Float32Array.from(y!.data as Float32Array);
    await session.release();
    return values;
  };

  it('drops channels of the graph while it trains, and what is exported is cut without a change', async () => {
    const trainer = await startNet(runtime);
    const pruning = trainer.prune(ramp);
    for (let step = 0; step < 12; step += 1) {
      await trainer.step(batchOf(step));
      // Biases and scales have no mask in the step, and are zero after it all the same.
      expect((await pruning.report()).total.revived).toBe(0);
    }
    const report = await pruning.report();
    expect(report.notices).toEqual([]);
    expect(report.weights.map(({ name }) => name)).toEqual([
      ...['stem', 'stem.bias', 'stem.scale', 'stem.shift'],
      ...['inner', 'inner.bias', 'inner.scale', 'inner.shift', 'outer', 'head'],
    ]);
    expect(report.groups!.map(({ channels, kept }) => [channels, kept.length])).toEqual([
      [8, 4],
      [6, 3],
    ]);
    const exported = await trainer.export();
    const keep = Object.fromEntries(report.groups!.map(({ name, kept }) => [name, kept]));
    const { model, report: cut } = shrinkOnnx(exported, { keep });
    expect(cut.groups.map(({ name, kept }) => ({ name, kept }))).toEqual(
      report.groups!.map(({ name, kept }) => ({ name, kept })),
    );
    // By the norms of what is left alone, the same channels go: all others are zero.
    expect(shrinkOnnx(exported, { keep: 0.5 }).model).toEqual(model);
    // Half the makers of a half of the channels is a quarter of what lies between two groups.
    expect(cut.parameters.after).toBeLessThan(0.4 * cut.parameters.before);
    const { x } = batchOf(99).inputs;
    const [whole, small] = [await outputsOf(exported, x), await outputsOf(model, x)];
    expect(Math.max(...whole.map(Math.abs))).toBeGreaterThan(0.05);
    expect(Math.max(...whole.map((value, i) => Math.abs(value - small[i]!)))).toBeLessThan(1e-5);
    pruning.dispose();
    await trainer.dispose();
  });

  it('goes on with groups where it was saved, as if never interrupted', async () => {
    const run = async (interrupted: boolean) => {
      let trainer = await startNet(runtime);
      let pruning = trainer.prune(ramp);
      for (let step = 0; step < 10; step += 1) {
        if (interrupted && step === 5) {
          const state = JSON.parse(JSON.stringify(await pruning.save()));
          await trainer.dispose();
          trainer = await startNet(runtime);
          pruning = trainer.prune(ramp);
          await pruning.restore(state);
        }
        await trainer.step(batchOf(step));
      }
      const masks = await pruning.pruner.masks();
      const values = await trainer.read();
      await trainer.dispose();
      return { masks, values };
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('takes groups as data, without running statistics, and refuses a tensor that is not there', async () => {
    const trainer = await startNet(runtime);
    const { groups } = channelGroups(residualNet());
    const pruning = trainer.prune({ ...ramp, pattern: { kind: 'channel', groups: groups.slice(0, 1) } });
    await trainer.step(batchOf(0));
    expect((await pruning.report()).groups?.map(({ name }) => name)).toEqual([groups[0]!.name]);
    const other = groups.map((group) => ({
      ...group,
      members: group.members.map((member) => ({ ...member, tensor: `model.${member.tensor}` })),
    }));
    expect(() => trainer.prune({ ...ramp, pattern: { kind: 'channel', groups: other } })).toThrow(
      expect.objectContaining({ code: 'group-mismatch' }),
    );
    expect(() => trainer.prune({ ...ramp, pattern: { kind: 'channel', groups: 'all' } as never })).toThrow(
      'pattern.groups',
    );
    await trainer.dispose();
  });
}
