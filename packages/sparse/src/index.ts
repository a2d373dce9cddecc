export type { SparseErrorCode } from './error-codes.js';
export type {
  Models,
  StateDict,
  StateTensor,
  TfjsArtifacts,
  TfjsWeightSpec,
  TypedArray,
} from './files/decode/model.js';
export type { PackedSource } from './files/decode/source.js';
export type { UnpackOptions, UnpackProgress } from './files/decode/unpack.js';
export { type Packed, type PackReport, pack } from './files/encode/pack.js';
export { unpack } from './files/unpack.js';
export type { Activation, Product, SparseKernels } from './kernels/kernels.js';
export type { PlacedProduct } from './kernels/placed-product.js';
export { scriptKernels } from './kernels/script-kernels.js';
export type { MemoryOptions } from './kernels/sparse-memory.js';
export { createSparseKernels, type PlacedWeights, type WasmKernels } from './kernels/wasm-kernels.js';
export { type MultiplyOptions, multiply } from './multiply/multiply.js';
export { type PackOptions, packSparse } from './pack/pack-sparse.js';
export type { SparseWeights } from './pack/sparse-weights.js';
