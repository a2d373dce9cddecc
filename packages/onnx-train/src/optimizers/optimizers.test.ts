import { readFileSync } from 'node:fs';
import { PruneError } from '@synaprune/core';
import { buildModel, createGraph, writeGraph } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { OptimizerSettings, TrainingStepOptions } from '../options/options.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import type { TestTensor } from '../testing/models.js';
import { load, startTraining } from '../testing/runtime.js';
import { biasCorrection } from './bias-correction.js';

/** Made by testing/make-optimizer-figures.py. */
interface Figures {
  readonly x: TestTensor;
  readonly y: TestTensor;
  readonly weights: Readonly<Record<string, TestTensor>>;
  readonly runs: readonly {
    readonly optimizer: OptimizerSettings;
    readonly parameterGroups?: TrainingStepOptions['parameterGroups'];
    readonly learningRate: number;
    readonly after: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  }[];
}
const figures = JSON.parse(
  readFileSync(new URL('../testing/optimizer-figures.json', import.meta.url), 'utf8'),
) as Figures;

const model = buildModel({
  inputs: { x: { shape: figures.x.shape } },
  tensors: figures.weights,
  nodes: [
    ['MatMul', ['x', 'w1'], ['product']],
    ['Add', ['product', 'b'], ['sum']],
    ['Tanh', ['sum'], ['hidden']],
    ['MatMul', ['hidden', 'w2'], ['y']],
  ],
  outputs: ['y'],
});

describe('optimizers agree with PyTorch to 1e-6 after 1 and after 50 steps', () => {
  for (const { optimizer, parameterGroups, learningRate, after } of figures.runs) {
    const more = parameterGroups ? { parameterGroups } : {};
    it(JSON.stringify({ ...optimizer, ...more }), async () => {
      const training = await startTraining(buildTrainingStep(model, { loss: 'mse', optimizer, ...more }));
      for (let step = 1; step <= 50; step += 1) {
        await training.run({ x: figures.x, 'synaprune/target/y': figures.y }, learningRate);
        for (const [name, theirs] of Object.entries(after[step] ?? {})) {
          const ours = training.weights.get(name)!.data;
          const worst = Math.max(...theirs.map((value, at) => Math.abs(value - ours[at]!)));
          expect(worst, `${name} after ${step} steps`).toBeLessThan(1e-6);
        }
      }
      await training.release();
    });
  }
});

it('corrects the bias of a moving average to a few roundings, from the first step to the ten millionth', async () => {
  const graph = createGraph('', 17);
  const step = graph.source('step', { type: 'float32', shape: [] });
  const betas = [0, 1e-6, 0.5, 0.6065, 0.6066, 0.9, 0.999, 0.99999, 0.9999999];
  const outputs = betas.map((beta) => ({ name: `of ${beta}`, value: biasCorrection(graph, beta, step) }));
  const runner = await load(writeGraph(graph, [step], outputs, new Map()));
  for (const t of [1, 2, 3, 10, 49, 50, 51, 1000, 50_000, 10_000_000]) {
    const results = await runner.run({ step: { shape: [], data: [t] } });
    for (const beta of betas) {
      const exact = beta === 0 ? 1 : -Math.expm1(t * Math.log(beta));
      expect(Math.abs(results[`of ${beta}`]!.data[0]! / exact - 1), `1 - ${beta}^${t}`).toBeLessThan(4e-7);
    }
  }
  await runner.release();
});

describe('groups of parameters', () => {
  const build = (parameterGroups: unknown, optimizer: OptimizerSettings = { kind: 'adamw' }) =>
    buildTrainingStep(model, {
      loss: 'mse',
      optimizer,
      parameterGroups: parameterGroups as 'noDecay',
    }).optimizer;
  const code = (parameterGroups: unknown, optimizer?: OptimizerSettings) => {
    try {
      build(parameterGroups, optimizer);
    } catch (error) {
      return error instanceof PruneError
        ? error.code
        : `${(error as Error).name}: ${(error as Error).message}`;
    }
    return 'taken';
  };
  it('are told with the optimizer, and left out where they change nothing', () => {
    expect(build('noDecay').parameterGroups).toEqual([
      { weightDecay: 0, learningRateFactor: 1, weights: [1] },
    ]);
    expect(build(['noDecay', { select: /^w/, learningRateFactor: 0.5 }]).parameterGroups).toEqual([
      { weightDecay: 0.01, learningRateFactor: 0.5, weights: [0, 2] },
      { weightDecay: 0, learningRateFactor: 1, weights: [1] },
    ]);
    expect(build([{ select: 'w1', weightDecay: 0.01 }])).not.toHaveProperty('parameterGroups');
    expect(build('noDecay', { kind: 'sgd' })).not.toHaveProperty('parameterGroups');
  });
  it('that match nothing, overlap or say nothing are refused', () => {
    expect(code([{ select: 'w3', weightDecay: 0 }])).toBe('unmatched-selector');
    expect(code([{ select: ['w1', /^v/], weightDecay: 0 }])).toBe('unmatched-selector');
    const both = [
      { select: 'w1', weightDecay: 0 },
      { select: /w/, learningRateFactor: 2 },
    ];
    expect(code(both)).toContain(
      'RangeError: "w1" is in two groups, parameterGroups[0] and parameterGroups[1]',
    );
    expect(code([{ select: 'w1' }])).toContain('weightDecay or learningRateFactor, got neither');
    expect(code([{ select: 'w1', learningRateFactor: 0 }])).toContain('learningRateFactor above 0, got 0');
    expect(code([{ select: 'w1', lr: 1 }])).toContain('it is learningRateFactor');
    expect(code(['noDecay', { select: 'b', weightDecay: 1 }])).toContain('holds for none of its weights');
    expect(code('nodecay')).toContain('"noDecay" or a list of groups, got "nodecay"');
    const without = buildModel({
      inputs: { x: { shape: figures.x.shape } },
      tensors: { w1: figures.weights.w1! },
      nodes: [['MatMul', ['x', 'w1'], ['y']]],
      outputs: ['y'],
    });
    expect(() =>
      buildTrainingStep(without, { loss: 'mse', optimizer: 'adamw', parameterGroups: 'noDecay' }),
    ).toThrow('no bias or normalisation is trained');
  });
});
