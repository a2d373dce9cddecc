import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { isEachAlone } from '../testing/each-alone.js';
import { randomTensor, type TestModel, type TestTensor } from '../testing/models.js';

const list = (...data: number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });
describe('a batch of three of a model with a batch of one is three of one', () => {
  it('through convolutions and a constant Reshape', async () => {
    await isEachAlone({
      inputs: { x: { shape: [1, 2, 4, 4] } },
      tensors: {
        k: randomTensor([3, 2, 3, 3], 1),
        s: list(1, 12),
        w: randomTensor([12, 2], 2),
        b: randomTensor([2], 3),
      },
      nodes: [
        ['Conv', ['x', 'k'], ['c'], { pads: [1, 1, 1, 1] }],
        ['MaxPool', ['c'], ['p'], { kernel_shape: [2, 2], strides: [2, 2] }],
        ['Reshape', ['p', 's'], ['f']],
        ['Gemm', ['f', 'w', 'b'], ['y']],
      ],
      outputs: ['y'],
    });
  });

  it('through attention with a class token, heads as constants of the batch’s own size, and rows put together', async () => {
    await isEachAlone({
      inputs: { x: { shape: [1, 2, 6] } },
      tensors: {
        token: randomTensor([1, 1, 6], 1),
        w: randomTensor([6, 6], 2),
        v: randomTensor([6, 2], 3),
        heads: list(1, 3, 3, 2),
        flat: list(-1, 6),
        back: list(1, 3, 6),
        zero: { type: 'int64', shape: [], data: [0] },
      },
      nodes: [
        ['Concat', ['token', 'x'], ['t'], { axis: 1 }],
        ['Reshape', ['t', 'flat'], ['rows']],
        ['MatMul', ['rows', 'w'], ['p']],
        ['Reshape', ['p', 'heads'], ['h']],
        ['Transpose', ['h'], ['q'], { perm: [0, 2, 1, 3] }],
        ['Transpose', ['h'], ['k'], { perm: [0, 2, 3, 1] }],
        ['MatMul', ['q', 'k'], ['scores']],
        ['Softmax', ['scores'], ['shares']],
        ['MatMul', ['shares', 'q'], ['o']],
        ['Transpose', ['o'], ['j'], { perm: [0, 2, 1, 3] }],
        ['Reshape', ['j', 'back'], ['z']],
        ['Gather', ['z', 'zero'], ['first'], { axis: 1 }],
        ['MatMul', ['first', 'v'], ['y']],
      ],
      outputs: ['y'],
    });
  });

  it('through layers that read a text with its samples side by side, and heads, as PyTorch writes them', async () => {
    await isEachAlone({
      inputs: { x: { shape: [1, 5, 6] } },
      tensors: {
        w: randomTensor([6, 6], 1),
        b: randomTensor([6], 2),
        o: randomTensor([6, 6], 3),
        rows: list(5, 6),
        heads: list(5, 2, 3),
        back: list(5, 1, 6),
      },
      nodes: [
        ['Transpose', ['x'], ['t'], { perm: [1, 0, 2] }],
        ['Reshape', ['t', 'rows'], ['r']],
        ['Gemm', ['r', 'w', 'b'], ['p']],
        ['Reshape', ['p', 'heads'], ['h']],
        ['Transpose', ['h'], ['q'], { perm: [1, 0, 2] }],
        ['Transpose', ['h'], ['k'], { perm: [1, 2, 0] }],
        ['MatMul', ['q', 'k'], ['scores']],
        ['Softmax', ['scores'], ['shares'], { axis: -1 }],
        ['MatMul', ['shares', 'q'], ['a']],
        ['Transpose', ['a'], ['j'], { perm: [1, 0, 2] }],
        ['Reshape', ['j', 'rows'], ['z']],
        ['Gemm', ['z', 'o', 'b'], ['g']],
        ['Reshape', ['g', 'back'], ['s']],
        ['Transpose', ['s'], ['y'], { perm: [1, 0, 2] }],
      ],
      outputs: ['y'],
    });
  });

  it('through a recurrent layer with initial states, and shapes that are computed', async () => {
    await isEachAlone(
      {
        inputs: { x: { shape: [1, 4, 3] } },
        tensors: {
          w: randomTensor([1, 6, 3], 1),
          r: randomTensor([1, 6, 2], 2),
          h0: randomTensor([1, 1, 2], 3),
          one: list(1),
        },
        nodes: [
          ['Transpose', ['x'], ['s'], { perm: [1, 0, 2] }],
          ['GRU', ['s', 'w', 'r', '', '', 'h0'], ['g', 'h'], { hidden_size: 2 }],
          ['Squeeze', ['g', 'one'], ['steps']],
          ['Shape', ['steps'], ['shape']],
          ['Concat', ['shape', 'one'], ['wide'], { axis: 0 }],
          ['Reshape', ['steps', 'wide'], ['cells']],
          ['Tanh', ['cells'], ['y']],
        ],
        outputs: ['y'],
      },
      1,
    );
  });
});

describe('refused by name, before anything is built', () => {
  const build =
    (nodes: TestModel['nodes'], tensors: TestModel['tensors'] = {}) =>
    () =>
      buildTrainingStep(
        buildModel({
          inputs: { x: { shape: [1, 4] } },
          tensors: { w: randomTensor([4, 4], 1), ...tensors },
          nodes: [['MatMul', ['x', 'w'], ['h']], ...nodes],
          outputs: ['y'],
        }),
        { loss: 'mse', optimizer: 'sgd', batch: 16 },
      );

  it('is a node that lets samples meet, tears them apart, or is not known', () => {
    expect(build([['Softmax', ['h'], ['y'], { axis: 0 }]])).toThrow(
      'node "softmax1" (Softmax): it cannot have a batch of 16: Softmax lets samples meet; export the model with a dynamic first axis, or build the step for a batch of 1',
    );
    expect(
      build(
        [
          ['MatMul', ['h', 'v'], ['i']],
          ['Reshape', ['i', 'rows'], ['r']],
          ['Transpose', ['r'], ['t'], { perm: [1, 0, 2] }],
          ['Reshape', ['t', 's'], ['y']],
        ],
        { v: randomTensor([4, 6], 2), rows: list(1, 2, 3), s: list(3, 2) },
      ),
    ).toThrow('node "reshape4" (Reshape): it cannot have a batch of 16: its shape tears samples apart');
    expect(
      build(
        [
          ['Transpose', ['h'], ['t']],
          ['Reshape', ['t', 's'], ['y']],
        ],
        { s: list(2, 2) },
      ),
    ).toThrow(/of its output "y" samples would not lie one after another/);
    expect(build([['Einsum', ['h'], ['y'], { equation: 'ij->j' }]])).toThrow(/Einsum lets samples meet/);
    expect(build([['Det', ['h'], ['y']]])).toThrow(/whether Det takes each sample by itself is not known/);
    expect(build([['Squeeze', ['h'], ['y']]])).toThrow(/Squeeze lets samples meet/);
  });

  it('is a number that is the size of the batch', () => {
    const nodes: TestModel['nodes'] = [
      ['Shape', ['h'], ['shape']],
      ['Cast', ['shape'], ['sizes'], { to: 1 }],
      ['ReduceSum', ['sizes'], ['all'], { keepdims: 0 }],
      ['Div', ['h', 'all'], ['y']],
    ];
    expect(build(nodes)).toThrow(
      /\(Div\): it cannot have a batch of 16: what it computes depends on the size of the batch/,
    );
  });

  it('is a model whose inputs have no batch of one, and a batch of none', () => {
    const model = buildModel({
      inputs: { x: { shape: [2, 4] } },
      tensors: { w: randomTensor([4, 4]) },
      nodes: [['MatMul', ['x', 'w'], ['y']]],
      outputs: ['y'],
    });
    expect(() => buildTrainingStep(model, { loss: 'mse', optimizer: 'sgd', batch: 16 })).toThrow(
      /no input has a first axis of 1: "x" of \[2, 4\]/,
    );
    expect(() => buildTrainingStep(model, { loss: 'mse', optimizer: 'sgd', batch: 0 })).toThrow(/batch/);
  });
});
