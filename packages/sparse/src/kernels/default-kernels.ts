import type { SparseKernels } from './kernels.js';
import { scriptKernels } from './script-kernels.js';
import { createSparseKernels } from './wasm-kernels.js';

let fastest: SparseKernels | undefined;

/** The fastest loops there are, on a memory of their own, shared by all who ask. */
export function defaultKernels(): SparseKernels {
  fastest ??= createSparseKernels() ?? scriptKernels;
  return fastest;
}
