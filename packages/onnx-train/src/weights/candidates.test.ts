import { buildModel, float } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { attention, tensorOf } from '../testing/attention.js';
import { randomTensor, type TestModel } from '../testing/models.js';

const options: TrainingStepOptions = { loss: 'mse', optimizer: 'sgd' };
const build = (model: TestModel, more: Partial<TrainingStepOptions> = {}) =>
  buildTrainingStep(buildModel(model), { ...options, ...more });
const trained = (model: TestModel, more: Partial<TrainingStepOptions> = {}) =>
  build(model, more).weights.map(({ name }) => name);

describe('what is trained', () => {
  it('are parameters: masks, tables, anchors and the numbers of formulas are left, and it is said why', () => {
    const { tensors, weights, notices } = build(attention);
    expect(weights.map(({ name }) => name)).toEqual(['positions', 'q', 'k', 'q.bias', 'alpha', 'out']);
    expect(tensors.map(({ name, reason }) => [name, reason])).toEqual([
      ['positions', 'position of Add'],
      ['q', 'kernel of MatMul'],
      ['k', 'kernel of MatMul'],
      ['q.bias', 'bias of Add'],
      ['causal', 'a mask, with values that are not finite'],
      ['far', 'a mask'],
      ['rotary table', 'fixed basis: its numbers are waves, as those of positions'],
      ['root', 'operand of Div'],
      ['alpha', 'scale of Mul'],
      ['out', 'kernel of MatMul'],
      ['anchors', 'operand of Add'],
      ['fraction', 'operand of Mul'],
    ]);
    expect(tensors.filter((each) => each.masked).map(({ name }) => name)).toEqual(['q', 'k', 'out']);
    expect(notices).toEqual([
      {
        code: 'left-untrained',
        message: expect.stringContaining(
          '"anchors" (operand of Add), "fraction" (operand of Mul): not trained',
        ),
        weights: ['anchors', 'fraction'],
      },
    ]);
  });

  it('is told of single numbers that layers begin with, though formulas have the same', () => {
    const model = (
      value: number,
      node: TestModel['nodes'][number],
      constants: TestModel['nodes'] = [],
    ): TestModel => ({
      inputs: { x: { shape: [2, 4] } },
      tensors: { w: randomTensor([4, 4], 1), p: tensorOf([1], () => value), v: randomTensor([4, 4], 2) },
      nodes: [['MatMul', ['x', 'w'], ['a']], ...constants, node, ['MatMul', ['c', 'v'], ['y']]],
      outputs: ['y'],
    });
    const doubtful = (...parts: Parameters<typeof model>) =>
      build(model(...parts)).notices.flatMap(({ code, weights }) =>
        code === 'left-untrained' ? weights : [],
      );
    const half: TestModel['nodes'] = [
      ['Constant', [], ['half'], { value_float: float(0.5) }],
      ['Mul', ['a', 'half'], ['b']],
    ];
    // ReZero multiplies with zero, and GeM cubes.
    expect(doubtful(0, ['Mul', ['a', 'p'], ['c']])).toEqual(['p']);
    expect(doubtful(3, ['Pow', ['b', 'p'], ['c']], half)).toEqual(['p']);
    // Where all numbers are initializers, a cube may as well be that of a formula.
    expect(doubtful(3, ['Pow', ['a', 'p'], ['c']])).toEqual([]);
    expect(doubtful(0, ['Add', ['a', 'p'], ['c']])).toEqual([]);
  });

  it('is what trainable picks, whatever it is, but never what is not finite', () => {
    expect(trained(attention, { trainable: ['anchors', 'fraction', /^q/] })).toEqual([
      'q',
      'q.bias',
      'anchors',
      'fraction',
    ]);
    expect(() => build(attention, { trainable: 'causal' })).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: '"causal" cannot be trained: a mask, with values that are not finite',
      }),
    );
    const { tensors } = build(attention, { trainable: 'q' });
    expect(tensors.find(({ name }) => name === 'k')).toEqual({
      name: 'k',
      shape: [16, 16],
      role: 'kernel',
      trained: false,
      masked: false,
      reason: 'kernel of MatMul, not in trainable',
    });
  });

  it('are no Constants beside initializers, unless their role is clear', () => {
    const model = (initializers: boolean): TestModel => ({
      inputs: { x: { shape: [2, 4] } },
      tensors: initializers ? { w: randomTensor([4, 4], 1) } : {},
      nodes: [
        ...(initializers
          ? []
          : ([['Constant', [], ['w'], { value_floats: { floats: [1, 2, 3, 5] } }]] as never[])),
        ['Constant', [], ['b'], { value_floats: { floats: [0.5] } }],
        ['Constant', [], ['scale'], { value_floats: { floats: [1, 2, 0.3, 5] } }],
        ['Constant', [], ['v'], { value_floats: { floats: [1, -2, 3, 5] } }],
        ['MatMul', ['x', 'w'], ['h']],
        ['Relu', ['h'], ['r']],
        ['Mul', ['r', 'scale'], ['s']],
        ['MatMul', ['s', 'v'], ['p']],
        ['Add', ['p', 'b'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(trained(model(true))).toEqual(['w', 'b', 'v']);
    // A vector by a scale is a vector: only the last product is one of a weight.
    const without: TestModel = {
      ...model(true),
      tensors: {},
      nodes: [
        [
          'Constant',
          [],
          ['w0'],
          { value_floats: { floats: Array.from({ length: 16 }, (_, i) => (i * 7) % 11) } },
        ],
        ['Constant', [], ['dims'], { value_ints: [4, 4] }],
        ['Reshape', ['w0', 'dims'], ['w']],
        ...model(true).nodes,
      ],
    };
    expect(trained(without)).toEqual(['w0', 'b', 'scale', 'v']);
  });

  it('is no zero state of a recurrent layer, and no running statistic', () => {
    const model: TestModel = {
      inputs: { x: { shape: [3, 2, 4] } },
      tensors: {
        w: randomTensor([1, 20, 4], 1),
        r: randomTensor([1, 20, 5], 2),
        b: randomTensor([1, 40], 3),
        h: tensorOf([1, 2, 5], () => 0),
        c: tensorOf([1, 2, 5], () => 0),
      },
      nodes: [['LSTM', ['x', 'w', 'r', 'b', '', 'h', 'c'], ['y'], { hidden_size: 5 }]],
      outputs: ['y'],
    };
    expect(trained(model)).toEqual(['w', 'r', 'b']);
    expect(trained(model, { trainable: ['h', 'w'] })).toEqual(['w', 'h']);
  });

  it('is a formula where a model has no layer', () => {
    const model: TestModel = {
      inputs: { x: { shape: [2, 3] } },
      tensors: { a: randomTensor([3], 1), b: randomTensor([3], 2), two: tensorOf([], () => 2) },
      nodes: [
        ['Mul', ['x', 'a'], ['m']],
        ['Pow', ['m', 'two'], ['p']],
        ['Add', ['p', 'b'], ['y']],
      ],
      outputs: ['y'],
    };
    expect(trained(model)).toEqual(['a', 'b']);
  });

  it('says what there is where nothing can be trained', () => {
    const model: TestModel = {
      inputs: { x: { shape: [2, 3] } },
      nodes: [
        ['Constant', [], ['half'], { value_float: float(0.5) }],
        ['Mul', ['x', 'half'], ['y']],
      ],
      outputs: ['y'],
    };
    expect(() => build(model)).toThrow(
      expect.objectContaining({
        code: 'no-weights',
        message:
          'nothing that could be trained leads to the loss; left are "half" (operand of Mul), and trainable names what is to be trained',
      }),
    );
  });
});

it('tells of tensors that several layers share, and names the layers', () => {
  const { notices } = build({
    inputs: { x: { shape: [2, 4] } },
    tensors: { w: randomTensor([4, 4], 1), ones: tensorOf([4], (i) => 1 + i / 7) },
    nodes: [
      ['Gemm', ['x', 'w', 'ones'], ['a']],
      ['Relu', ['a'], ['r']],
      ['Gemm', ['r', 'w', 'ones'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(notices).toMatchObject([
    {
      code: 'shared-weight',
      weights: ['w', 'ones'],
      message: expect.stringContaining(
        '"w" (kernel of Gemm at graph/gemm0, kernel of Gemm at graph/gemm2), "ones" (bias of Gemm at',
      ),
    },
  ]);
});

it('tells of a gate that starts closed, and of an initial state that is not zero, but not of zeros', () => {
  const recurrent = (state: readonly number[], gate: number): TestModel => ({
    inputs: { x: { shape: [4, 2, 3] } },
    tensors: {
      W: randomTensor([1, 8, 3], 1),
      R: randomTensor([1, 8, 2], 2),
      h: { shape: [1, 2, 2], data: state },
      gate: tensorOf([1], () => gate),
    },
    nodes: [
      ['LSTM', ['x', 'W', 'R', '', '', 'h'], ['s'], { hidden_size: 2 }],
      ['Mul', ['s', 'gate'], ['y']],
    ],
    outputs: ['y'],
  });
  const told = (model: TestModel) => build(model).notices.map(({ code, weights }) => [code, weights]);
  expect(told(recurrent([0, 0.5, 0, 0], 0))).toEqual([['left-untrained', ['h', 'gate']]]);
  expect(told(recurrent([0, 0, 0, 0], 0.5))).toEqual([]);
});
