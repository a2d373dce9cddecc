import { PruneError } from '@synaprune/core';
import type { ModelParts } from '@synaprune/onnx/graph';
import { randomTensor } from './models.js';

/** One linear layer, `y = x·w + b`. */
export const linear = {
  inputs: { x: ['batch', 3] },
  tensors: { w: randomTensor([3, 2], 1), b: randomTensor([2], 2) },
  nodes: [['Gemm', ['x', 'w', 'b'], ['y']]],
  outputs: ['y'],
} satisfies ModelParts;
/** Its data, and what to come to. */
export const x = randomTensor([4, 3], 5);
export const y = randomTensor([4, 2], 6);
/** How it is trained unless told. */
export const options = { inputs: { x: [4, 3] }, loss: 'mse', optimizer: 'sgd' } as const;

/** What is thrown, which must be a `PruneError`. */
export function failure(build: () => unknown): PruneError {
  try {
    build();
  } catch (error) {
    if (error instanceof PruneError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The message of a setting that is out of range. */
export function refused(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}
