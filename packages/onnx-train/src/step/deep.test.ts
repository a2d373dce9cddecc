import { PruneError } from '@synaprune/core';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { randomTensor, type TestModel, type TestNode } from '../testing/models.js';
import { buildTrainingStep } from './build-training-step.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const build = (model: TestModel) => buildTrainingStep(buildModel(model), { loss: 'mse', optimizer: 'sgd' });

describe('a model as large as no call stack', () => {
  it('builds when it is 30,000 nodes deep', () => {
    const nodes = range(30_000).map((at): TestNode => {
      const input = at === 0 ? 'x' : `h${at - 1}`;
      return at % 2 === 0 ? ['Add', [input, 'b'], [`h${at}`]] : ['Relu', [input], [`h${at}`]];
    });
    const step = build({
      inputs: { x: { shape: [1, 2] } },
      tensors: { b: randomTensor([2]) },
      nodes,
      outputs: ['h29999'],
    });
    expect(step.weights.map(({ name }) => name)).toEqual(['b']);
  });

  it('builds when one node has 20,000 inputs', () => {
    const names = range(20_000).map((at) => `r${at}`);
    const step = build({
      inputs: { x: { shape: [1, 2] } },
      tensors: { w: randomTensor([2, 2]) },
      nodes: [
        ['MatMul', ['x', 'w'], ['h']],
        ...names.map((name): TestNode => ['Relu', ['h'], [name]]),
        ['Sum', names, ['y']],
      ],
      outputs: ['y'],
    });
    expect(step.weights.map(({ name }) => name)).toEqual(['w']);
  });

  it('builds with 1,000 layers of batch normalisation, each with statistics of its own', () => {
    const layers = range(1_000);
    const tensors = Object.fromEntries(
      layers.flatMap((at) => ['s', 'o', 'm', 'v'].map((kind) => [`${kind}${at}`, randomTensor([2], at + 1)])),
    );
    const step = build({
      inputs: { x: { shape: [4, 2] } },
      tensors,
      nodes: layers.map((at): TestNode => {
        const statistics = ['s', 'o', 'm', 'v'].map((kind) => `${kind}${at}`);
        return ['BatchNormalization', [at === 0 ? 'x' : `h${at - 1}`, ...statistics], [`h${at}`]];
      }),
      outputs: [`h${layers.length - 1}`],
    });
    expect(step.buffers).toHaveLength(2 * layers.length);
  });

  it('finds a prefix of its own among 20,000 that are taken', () => {
    const names = range(20_000).map((at) => (at === 0 ? 'synaprune/h' : `synaprune-${at}/h`));
    const step = build({
      inputs: { x: { shape: [1, 2] } },
      tensors: { w: randomTensor([2, 2]) },
      nodes: [['MatMul', ['x', 'w'], ['y']], ...names.map((name): TestNode => ['Relu', ['y'], [name]])],
      outputs: ['y'],
    });
    expect(step.loss).toBe('synaprune-20000/loss');
  });
});

describe('a shape of a million axes', () => {
  const many = new Array<number>(1_000_000).fill(1);
  const refused = (model: TestModel, inputs?: Record<string, readonly number[]>) => {
    try {
      buildTrainingStep(buildModel(model), { loss: 'mse', optimizer: 'sgd', ...(inputs ? { inputs } : {}) });
    } catch (error) {
      if (error instanceof PruneError && error.message.length < 5000) return error.message;
      throw error;
    }
    return 'nothing';
  };
  const nodes: TestNode[] = [['MatMul', ['x', 'w'], ['y']]];
  const w = randomTensor([2, 2]);

  it('is refused by its length: of an input', () => {
    const model = { inputs: { x: { shape: many } }, tensors: { w }, nodes, outputs: ['y'] };
    expect(refused(model)).toMatch(/input "x" .*1000000 axes, and at most 64 can be/);
  });

  it('is refused by its length: of a tensor', () => {
    const model = {
      inputs: { x: { shape: [2, 2] } },
      tensors: { w: { shape: many, data: [1] } },
      nodes,
      outputs: ['y'],
    };
    expect(refused(model)).toMatch(/1000000|64 dimensions/);
  });

  it('is refused by its length: that nodes make', () => {
    const model = (op: string, shape: readonly number[]): TestModel => ({
      inputs: { x: { shape: [2, 2] } },
      tensors: { w, list: { type: 'int64', shape: [shape.length], data: shape } },
      nodes: [
        [op, ['x', 'list'], ['z']],
        ['MatMul', ['z', 'w'], ['y']],
      ],
      outputs: ['y'],
    });
    for (const op of ['Reshape', 'Expand', 'Unsqueeze', 'Squeeze', 'Tile']) {
      expect(refused(model(op, many)), op).toMatch(/64|1000000/);
    }
  });
});
