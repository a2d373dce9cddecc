import { PruneError } from '@synaprune/core';
import { buildModel } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { randomTensor, type TestModel } from '../testing/models.js';
import { buildTrainingStep } from './build-training-step.js';

const model: TestModel = {
  inputs: { x: { shape: [2, 1, 4, 4] } },
  tensors: {
    k: randomTensor([2, 1, 3, 3], 1),
    shape: { type: 'int64', shape: [3], data: [4, 1, -1] },
    w: randomTensor([1, 12, 4], 2),
    r: randomTensor([1, 12, 3], 3),
  },
  nodes: [
    ['Conv', ['x', 'k'], ['c'], { pads: [1, 1, 1, 1] }],
    ['MaxPool', ['c'], ['p'], { kernel_shape: [2, 2], strides: [2, 2] }],
    ['Reshape', ['p', 'shape'], ['s']],
    ['LSTM', ['s', 'w', 'r'], ['y'], { hidden_size: 3 }],
  ],
  outputs: ['y'],
};

it('builds, or says what is wrong, for a model with a byte changed', () => {
  const bytes = buildModel(model);
  let built = 0;
  const reasons = new Set<string>();
  // Every fourth: what is left is of the same kinds.
  for (let at = 0; at < bytes.length; at += 4) {
    for (const change of [1, 0x80]) {
      const mutated = Uint8Array.from(bytes);
      mutated[at]! ^= change;
      try {
        buildTrainingStep(mutated, { loss: 'mse', optimizer: 'adam' });
        built += 1;
      } catch (error) {
        if (!(error instanceof PruneError)) throw new Error(`byte ${at} ^ ${change}`, { cause: error });
        reasons.add(error.code);
      }
    }
  }
  expect(built).toBeGreaterThan(50);
  expect([...reasons].sort()).toEqual(expect.arrayContaining(['bad-model', 'unsupported-operator']));
});

it('shows a line break in a name as one of its letters', () => {
  const named = buildModel({
    inputs: { x: { shape: [2, 3] } },
    tensors: { w: randomTensor([2, 3], 1) },
    nodes: [['Odd\nError: all is lost', ['x', 'w'], ['y']]],
    outputs: ['y'],
  });
  expect(() => buildTrainingStep(named, { loss: 'mse', optimizer: 'sgd' })).toThrow(
    /^[^\n]*Odd\\nError: all is lost has no place in a training step[^\n]*$/,
  );
});
