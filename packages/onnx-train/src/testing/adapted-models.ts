import { float } from '@synaprune/onnx/graph';
import { randomTensor, type TestModel, type TestTensor } from './models.js';

/** A tensor of which two elements of three are zero, one of them −0. */
export function sparseTensor(shape: readonly number[], seed: number): TestTensor {
  const { data } = randomTensor(shape, seed);
  return { shape, data: data.map((value, i) => (i % 3 === 0 ? value : i === 1 ? -0 : 0)) };
}

/** What makes the kernel of a layer. */
export type MakeKernel = (shape: readonly number[], seed: number) => TestTensor;

/** One layer of each kind that can have an adapter: its kernel is `w`, and what it reads is a tensor too. */
export const layers: Readonly<Record<string, (kernel: MakeKernel) => TestModel>> = {
  'MatMul of a matrix on the right': (kernel) => ({
    tensors: { x: randomTensor([2, 3, 4], 1), w: kernel([4, 5], 2) },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    outputs: ['y'],
  }),
  'MatMul of a matrix on the left': (kernel) => ({
    tensors: { x: randomTensor([2, 4, 3], 1), w: kernel([5, 4], 2) },
    nodes: [['MatMul', ['w', 'x'], ['y']]],
    outputs: ['y'],
  }),
  'MatMul of several matrices': (kernel) => ({
    tensors: { x: randomTensor([2, 3, 4], 1), w: kernel([2, 4, 5], 2) },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    outputs: ['y'],
  }),
  'MatMul of a matrix that is transposed first': (kernel) => ({
    tensors: { x: randomTensor([3, 4], 1), w: kernel([5, 4], 2) },
    nodes: [
      ['Transpose', ['w'], ['t'], { perm: [1, 0] }],
      ['MatMul', ['x', 't'], ['y']],
    ],
    outputs: ['y'],
  }),
  'Gemm as PyTorch writes it': (kernel) => ({
    tensors: { x: randomTensor([3, 4], 1), w: kernel([5, 4], 2), b: randomTensor([5], 3) },
    nodes: [['Gemm', ['x', 'w', 'b'], ['y'], { transB: 1 }]],
    outputs: ['y'],
  }),
  'Gemm with everything it has': (kernel) => ({
    tensors: { x: randomTensor([4, 3], 1), w: kernel([4, 5], 2), b: randomTensor([5], 3) },
    nodes: [['Gemm', ['x', 'w', 'b'], ['y'], { transA: 1, alpha: float(0.5), beta: float(2) }]],
    outputs: ['y'],
  }),
  'Gemm of a kernel on the left': (kernel) => ({
    tensors: { x: randomTensor([4, 3], 1), w: kernel([5, 4], 2) },
    nodes: [['Gemm', ['w', 'x'], ['y']]],
    outputs: ['y'],
  }),
  'Conv of 1 × 1': (kernel) => ({
    tensors: { x: randomTensor([1, 4, 2, 3], 1), w: kernel([5, 4, 1, 1], 2), b: randomTensor([5], 3) },
    nodes: [['Conv', ['x', 'w', 'b'], ['y']]],
    outputs: ['y'],
  }),
  'Conv of 3 × 2 with strides, pads and dilations': (kernel) => ({
    tensors: { x: randomTensor([1, 2, 6, 5], 1), w: kernel([3, 2, 3, 2], 2) },
    nodes: [
      [
        'Conv',
        ['x', 'w'],
        ['y'],
        { strides: [2, 1], pads: [1, 0, 2, 1], dilations: [1, 2], kernel_shape: [3, 2] },
      ],
    ],
    outputs: ['y'],
  }),
  'Conv of one axis, padded by itself': (kernel) => ({
    tensors: { x: randomTensor([1, 3, 6], 1), w: kernel([4, 3, 3], 2) },
    nodes: [['Conv', ['x', 'w'], ['y'], { auto_pad: 'SAME_UPPER' }]],
    outputs: ['y'],
  }),
  'Conv in groups': (kernel) => ({
    tensors: { x: randomTensor([1, 4, 3, 3], 1), w: kernel([4, 2, 2, 2], 2) },
    nodes: [['Conv', ['x', 'w'], ['y'], { group: 2 }]],
    outputs: ['y'],
  }),
  'Gather of rows': (kernel) => ({
    tensors: {
      i: { shape: [2, 2], type: 'int64', data: [4, 0, -1, 2] },
      w: kernel([5, 4], 2),
      k: randomTensor([4, 3], 3),
    },
    nodes: [
      ['Gather', ['w', 'i'], ['e']],
      ['MatMul', ['e', 'k'], ['y']],
    ],
    outputs: ['y'],
  }),
  'Gather of columns': (kernel) => ({
    tensors: {
      i: { shape: [3], type: 'int64', data: [3, 0, 3] },
      w: kernel([5, 4], 2),
      k: randomTensor([3, 3], 3),
    },
    nodes: [
      ['Gather', ['w', 'i'], ['e'], { axis: 1 }],
      ['MatMul', ['e', 'k'], ['y']],
    ],
    outputs: ['y'],
  }),
  ConvTranspose: (kernel) => ({
    tensors: { x: randomTensor([1, 4, 2, 3], 1), w: kernel([4, 3, 2, 2], 2) },
    nodes: [['ConvTranspose', ['x', 'w'], ['y'], { strides: [2, 2] }]],
    outputs: ['y'],
  }),
};

/** Two kernels of one node. */
export const lstm = (kernel: MakeKernel): TestModel => ({
  tensors: { x: randomTensor([3, 2, 4], 1), w: kernel([1, 12, 4], 2), r: kernel([1, 12, 3], 3) },
  nodes: [['LSTM', ['x', 'w', 'r'], ['y'], { hidden_size: 3 }]],
  outputs: ['y'],
});
