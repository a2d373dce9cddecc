import { expect, it } from 'vitest';
import { keptAsKeras, toKeras, toOnnx } from './gate-order.js';

// One hidden unit, two inputs: Keras has a column for each of input, forget, cell, output.
const weights = {
  kernel: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  recurrentKernel: Float32Array.of(10, 20, 30, 40),
  bias: Float32Array.of(0, 1, 2, 3),
  denseKernel: Float32Array.of(9),
  denseBias: Float32Array.of(-1),
};

it('turns Keras kernels into rows of input, output, forget, cell', () => {
  expect(toOnnx(weights, 2, 1)).toEqual({
    input: Float32Array.of(1, 5, 4, 8, 2, 6, 3, 7),
    recurrent: Float32Array.of(10, 40, 20, 30),
    bias: Float32Array.of(0, 3, 1, 2),
    head: Float32Array.of(9),
    headBias: Float32Array.of(-1),
  });
});

it('turns them back', () => {
  expect(toKeras(toOnnx(weights, 2, 1), 2, 1)).toEqual(weights);
});

it('turns masks back', () => {
  // Dropped: both weights of the output gate, rows 2 and 3 of what ONNX flattens.
  expect([...keptAsKeras(Uint8Array.of(1, 1, 0, 0, 1, 1, 1, 1), 2, 1)]).toEqual([1, 1, 1, 0, 1, 1, 1, 0]);
});
