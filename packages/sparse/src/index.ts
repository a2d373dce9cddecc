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
export { packedTfjs, type TfjsHandler } from './files/decode/tfjs-handler.js';
export type { UnpackOptions, UnpackProgress } from './files/decode/unpack.js';
export type { LossyForm } from './files/encode/lossy/plan.js';
export { type Packed, type PackModelOptions, type PackReport, pack } from './files/encode/pack.js';
export type { PackError, RoundedTensor } from './files/encode/round-tensors.js';
export { unpack } from './files/unpack.js';
export type { Activation, Product, Sequence, SparseKernels } from './kernels/kernels.js';
export { type Allocator, createOwnMemory } from './kernels/own-memory.js';
export type { PlacedProduct } from './kernels/placed-product.js';
export type { PlacedRun } from './kernels/placed-recurrent.js';
export type { Edges, PlacedSeparable } from './kernels/placed-separable.js';
export { scriptKernels } from './kernels/script-kernels.js';
export type { MemoryOptions } from './kernels/sparse-memory.js';
export {
  createSparseKernels,
  type PlacedRecurrent,
  type PlacedWeights,
  type WasmKernels,
} from './kernels/wasm-kernels.js';
export { type MultiplyOptions, multiply } from './multiply/multiply.js';
export { type RecurrentOptions, type RecurrentResult, runRecurrent } from './multiply/run-recurrent.js';
export { type PackOptions, packSparse } from './pack/pack-sparse.js';
export type { SparseWeights } from './pack/sparse-weights.js';
export { CELL_ACTIVATIONS, type CellActivation } from './recurrent/activations.js';
export {
  type Cell,
  packRecurrent,
  type RecurrentLayer,
  type RecurrentWeights,
} from './recurrent/recurrent-weights.js';
