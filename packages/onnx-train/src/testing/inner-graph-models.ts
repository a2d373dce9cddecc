import { buildModel, type GraphParts, type ModelParts } from '@synaprune/onnx/graph';
import type { MakeKernel } from './adapted-models.js';
import { randomTensor } from './models.js';

const graph = (parts: GraphParts) => ({ graph: parts });
/** Two branches of the same names, as exporters write them: a layer with a bias, and a head that stands outside. */
export const branched = (kernel: MakeKernel) => {
  const branch = (seed: number) =>
    graph({
      tensors: { w: kernel([6, 5], seed), b: randomTensor([5], seed + 1) },
      nodes: [
        ['MatMul', ['x', 'w'], ['m']],
        ['Add', ['m', 'b'], ['n']],
        ['Tanh', ['n'], ['h']],
      ],
      outputs: ['h'],
    });
  return buildModel({
    inputs: { x: [3, 6], c: { type: 'bool', shape: [] } },
    tensors: { head: kernel([5, 4], 7) },
    nodes: [
      ['If', ['c'], ['h'], { then_branch: branch(1), else_branch: branch(3) }, 'choice'],
      ['MatMul', ['h', 'head'], ['y']],
    ],
    outputs: ['y'],
  });
};

/** Three rounds of a layer whose kernel lies in the body. */
export const looped = (kernel: MakeKernel) =>
  buildModel({
    inputs: { x: [3, 6] },
    tensors: { rounds: { type: 'int64', shape: [], data: [3] } },
    nodes: [
      [
        'Loop',
        ['rounds', '', 'x'],
        ['y'],
        {
          body: graph({
            inputs: { i: { type: 'int64', shape: [] }, goes: { type: 'bool', shape: [] }, k: [3, 6] },
            tensors: { w: kernel([6, 6], 1) },
            nodes: [
              ['Identity', ['goes'], ['going']],
              ['MatMul', ['k', 'w'], ['m']],
              ['Tanh', ['m'], ['next']],
            ],
            outputs: ['going', 'next'],
          }),
        },
        'rounds of it',
      ],
    ],
    outputs: ['y'],
  });

/** A function with a kernel of its own, and one that is given another at each call. */
export const called: ModelParts = {
  inputs: { x: [3, 6] },
  tensors: { u: randomTensor([6, 6], 4), v: randomTensor([6, 6], 5) },
  functions: {
    'own::Layer': {
      inputs: ['a', 'k'],
      nodes: [
        ['MatMul', ['a', 'k'], ['m']],
        ['Tanh', ['m'], ['z']],
      ],
      outputs: ['z'],
    },
    'own::Head': {
      inputs: ['a'],
      nodes: [
        ['Constant', [], ['w'], { value: { tensor: randomTensor([6, 4], 6) } }],
        ['MatMul', ['a', 'w'], ['z']],
      ],
      outputs: ['z'],
    },
  },
  nodes: [
    ['own::Layer', ['x', 'u'], ['h']],
    ['own::Layer', ['h', 'v'], ['g']],
    ['own::Head', ['g'], ['y']],
  ],
  outputs: ['y'],
};
