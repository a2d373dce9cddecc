import { randomTensor, type TestModel } from './models.js';

/** A tensor by a function of the flat index. */
export const tensorOf = (shape: readonly number[], at: (i: number) => number) => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => at(i)),
});

/** Attention with everything beside its weights that exporters write into a model. */
export const attention: TestModel = {
  inputs: { x: { shape: [2, 12, 16] } },
  tensors: {
    positions: randomTensor([1, 12, 16], 1),
    q: randomTensor([16, 16], 2),
    k: randomTensor([16, 16], 3),
    'q.bias': randomTensor([16], 4),
    causal: tensorOf([1, 12, 12], (i) => (i % 12 > Math.floor(i / 12) ? Number.NEGATIVE_INFINITY : 0)),
    far: tensorOf([1, 12, 12], (i) => (i % 12 > Math.floor(i / 12) ? -1e9 : 0)),
    'rotary table': tensorOf([12, 16], (i) => Math.cos(Math.floor(i / 16) / 10000 ** ((i % 8) / 8))),
    root: tensorOf([], () => 4),
    alpha: tensorOf([1], () => 0.3),
    out: randomTensor([16, 3], 5),
    anchors: randomTensor([1, 12, 3], 6),
    fraction: tensorOf([], () => 0.37),
  },
  nodes: [
    ['MatMul', ['x', 'k'], ['x0']],
    ['Add', ['x0', 'positions'], ['e']],
    ['MatMul', ['e', 'q'], ['q0']],
    ['Add', ['q0', 'q.bias'], ['q1']],
    ['Mul', ['q1', 'rotary table'], ['q2']],
    ['Transpose', ['q2'], ['qt'], { perm: [0, 2, 1] }],
    ['MatMul', ['q2', 'qt'], ['s0']],
    ['Div', ['s0', 'root'], ['s1']],
    ['Add', ['s1', 'causal'], ['s2']],
    ['Add', ['s2', 'far'], ['s3']],
    ['Softmax', ['s3'], ['s']],
    ['MatMul', ['s', 'q2'], ['a0']],
    ['Mul', ['a0', 'alpha'], ['a1']],
    ['Mul', ['a1', 'fraction'], ['a2']],
    ['MatMul', ['a2', 'out'], ['b']],
    ['Add', ['b', 'anchors'], ['y']],
  ],
  outputs: ['y'],
};
