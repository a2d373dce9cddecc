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
  if (!canInstantiate()) return undefined;
  return {
    createProducts: (...sizes) => wasmProducts(...sizes) ?? scriptKernels.createProducts(...sizes),
    addColumns(...columns) {
      if (!wasmColumns(...columns)) scriptKernels.addColumns(...columns);
    },
    createSolver: (matrix, size, added) =>
      wasmSolver(matrix, size, added) ?? scriptKernels.createSolver(matrix, size, added),
    createRemover: (...inverse) => wasmRemover(...inverse) ?? scriptKernels.createRemover(...inverse),
    multiply: (...factors) => wasmMultiply(...factors) ?? scriptKernels.multiply(...factors),
  };
}

let fastest: RefitKernels | undefined;

/** The fastest loops that there are here. */
export function defaultKernels(): RefitKernels {
  fastest ??= createWasmKernels() ?? scriptKernels;
  return fastest;
}
