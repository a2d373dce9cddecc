import type { RefitKernels } from './kernels.js';
import { scriptKernels } from './script-kernels.js';
import { wasmColumns } from './wasm-columns.js';
import { canInstantiate } from './wasm-module.js';
import { wasmMultiply } from './wasm-multiply.js';
import { wasmProducts } from './wasm-products.js';
import { wasmRemover } from './wasm-remover.js';
import { wasmSolver } from './wasm-solver.js';

/**
 * The loops in WASM SIMD, or `undefined` where the runtime has none. Sums of products are made in float32 over 128
 * samples at a time and added up in float64; systems are factored in float32 and their solutions refined until they hold
 * in float64. Where that does not do (inputs too large for float32, a matrix too near to singular, no memory) the plain
 * loops do it, all in float64.
 */
export function createWasmKernels(): RefitKernels | undefined {
  return wasmKernelsFrom(LEAST);
}

/** What has fewer multiplications a sample or a row than this, plain loops do sooner than a memory is made for it. */
const LEAST = 1024;

/** As {@link createWasmKernels}, with plain loops for what is smaller than so much. */
export function wasmKernelsFrom(least: number): RefitKernels | undefined {
  if (!canInstantiate()) return undefined;
  return {
    createProducts: (left, right, spare) =>
      (left * (right ?? left) < least ? undefined : wasmProducts(left, right, spare)) ??
      scriptKernels.createProducts(left, right, spare),
    addColumns(...columns) {
      if (!wasmColumns(...columns)) scriptKernels.addColumns(...columns);
    },
    createSolver: (matrix, size, added) =>
      (size * size < least ? undefined : wasmSolver(matrix, size, added)) ??
      scriptKernels.createSolver(matrix, size, added),
    createRemover: (inverse, size) =>
      (size * size < least ? undefined : wasmRemover(inverse, size)) ??
      scriptKernels.createRemover(inverse, size),
    multiply: (rows, inner, columns, left, right) =>
      (inner * columns < least ? undefined : wasmMultiply(rows, inner, columns, left, right)) ??
      scriptKernels.multiply(rows, inner, columns, left, right),
  };
}

let fastest: RefitKernels | undefined;

/** The fastest loops that there are here. */
export function defaultKernels(): RefitKernels {
  fastest ??= createWasmKernels() ?? scriptKernels;
  return fastest;
}
