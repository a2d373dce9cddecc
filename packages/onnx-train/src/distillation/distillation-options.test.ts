import { buildModel, type NodeParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { randomTensor } from '../testing/models.js';
import { distillationOptions } from './distillation-options.js';

const modelOf = (nodes: readonly NodeParts[], outputs: Record<string, readonly number[]>, opset = 13) =>
  buildModel({
    inputs: { x: [2, 4] },
    tensors: {
      w: randomTensor([4, 4], 1),
      b: randomTensor([4], 2),
      slope: randomTensor([4], 3),
    },
    nodes: [
      ['MatMul', ['x', 'w'], ['m']],
      ['Add', ['m', 'b'], ['h']],
      ['PRelu', ['h', 'slope'], ['p']],
      ...nodes,
    ],
    outputs,
    opset,
  });

describe('distillationOptions', () => {
  it.each<[string, readonly NodeParts[], object, number?]>([
    [
      'a Softmax',
      [['Softmax', ['p'], ['y'], { axis: -1 }]],
      { kind: 'crossEntropy', from: 'probabilities', axis: -1 },
    ],
    [
      'a Softmax over the samples',
      [['Softmax', ['p'], ['y'], { axis: 0 }]],
      { kind: 'crossEntropy', from: 'probabilities', axis: 0 },
    ],
    [
      'an old Softmax on the last axis',
      [['Softmax', ['p'], ['y'], { axis: 1 }]],
      { kind: 'crossEntropy', from: 'probabilities', axis: -1 },
      11,
    ],
    ['an old Softmax over everything', [['Softmax', ['p'], ['y'], { axis: 0 }]], { kind: 'mse' }, 11],
    [
      'a Sigmoid, moved',
      [
        ['Sigmoid', ['p'], ['s']],
        ['Transpose', ['s'], ['y']],
      ],
      { kind: 'binaryCrossEntropy', from: 'probabilities' },
    ],
    ['a product', [['MatMul', ['p', 'w'], ['y']]], { kind: 'mse' }],
  ])('takes the loss that fits %s', (_, nodes, loss, opset = 13) => {
    expect(distillationOptions(modelOf(nodes, { y: [2, 4] }, opset))).toMatchObject({ loss, outputs: ['y'] });
  });

  it('takes the square where outputs differ, and leaves out what holds no floats', () => {
    const model = buildModel({
      inputs: { x: [2, 4] },
      tensors: { w: randomTensor([4, 4], 1) },
      nodes: [
        ['MatMul', ['x', 'w'], ['z']],
        ['Softmax', ['z'], ['y']],
        ['ArgMax', ['y'], ['label'], { axis: 1 }],
      ],
      outputs: { y: [2, 4], z: [2, 4], label: { shape: [2, 1], type: 'int64' } },
    });
    expect(distillationOptions(model)).toMatchObject({ loss: { kind: 'mse' }, outputs: ['y', 'z'] });
    expect(distillationOptions(model, { outputs: ['y'] })).toMatchObject({ loss: { kind: 'crossEntropy' } });
    expect(() => distillationOptions(model, { outputs: ['label'] })).toThrow('"y", "z"');
  });

  it('trains kernels and biases, and no slopes', () => {
    const model = modelOf([['Sigmoid', ['p'], ['y']]], { y: [2, 4] });
    const step = buildTrainingStep(model, distillationOptions(model));
    expect(step.weights.map(({ name }) => name)).toEqual(['w', 'b']);
  });

  it('says where nothing could be trained', () => {
    const model = buildModel({ inputs: { x: [2] }, nodes: [['Relu', ['x'], ['y']]], outputs: { y: [2] } });
    expect(() => distillationOptions(model)).toThrow(expect.objectContaining({ code: 'no-weights' }));
  });
});
