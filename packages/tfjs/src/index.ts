export {
  constantSparsity,
  cosineRamp,
  createPruner,
  linearRamp,
  magnitudeScore,
  type Notice,
  oneShot,
  PruneError,
  type PruneErrorCode,
  type Pruner,
  type PrunerOptions,
  type PrunerState,
  type PruningReport,
  polynomialDecay,
  type RestoreOptions,
  randomScore,
  type Schedule,
  type Selector,
  synapticRamp,
  tensorScore,
  type UpdateResult,
} from '@synaprune/core';
export { assembleBackend, type TfjsBackend, type TfjsVerbs } from './assemble-backend.js';
export { type TfjsBackendOptions, tfjsBackend } from './backend.js';
export type { Every, PruningCallback } from './callback.js';
export { describeKernels } from './describe-kernels.js';
export { pinBackend } from './device.js';
export { type DropoutAside, type DropoutUse, findDropout, setDropoutAside } from './dropout.js';
export { type FoundKernels, findKernels, type KernelOptions, type WeightChoice } from './kernels.js';
export type { LeftMask } from './left-masks.js';
export { loadPlainModel } from './load-plain-model.js';
export { type LoadedModel, loadModel } from './loading.js';
export type { TfjsMask } from './mask.js';
export type { SavedPruning } from './metadata.js';
export type { PruningProgress } from './progress.js';
export { type ModelPruning, pruneModel } from './prune-model.js';
export type { PruneModelOptions } from './prune-model-options.js';
export { pruneOptimizer } from './prune-optimizer.js';
export type { QuantizedDtype } from './quantize.js';
export { requireFit, requireVariable } from './require-fit.js';
export type { SaveModelConfig, SaveModelResult } from './save-options.js';
export { saveModel } from './saving.js';
export { registerWasmTrainingKernels } from './wasm-training-kernels.js';
