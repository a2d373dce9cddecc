export {
  activityScore,
  constantSparsity,
  cosineRamp,
  createPruner,
  type Distribution,
  type Every,
  fisherScore,
  type GivenMask,
  gradientScore,
  linearRamp,
  magnitudeScore,
  movementScore,
  type NamedMask,
  type Notice,
  type ObservedScore,
  observedScore,
  oneShot,
  type PatternOption,
  PruneError,
  type PruneErrorCode,
  type Pruner,
  type PrunerOptions,
  type PrunerState,
  type PruningReport,
  polynomialDecay,
  type Regrowth,
  type RestoreOptions,
  randomScore,
  rigl,
  type Schedule,
  type ScoreOption,
  type Select,
  type Selector,
  saliencyScore,
  setRegrowth,
  snipScore,
  synapticRamp,
  tensorScore,
  type UpdateResult,
  wandaScore,
} from '@synaprune/core';
export type { Comparison, CompressedLayer, Measured, RefitError, SharedSparsity } from '@synaprune/refit';
export { reportTable, type ShrinkOptions, type ShrinkReport } from '@synaprune/tfjs-files';
export { type Acceleration, accelerate } from './accelerating/accelerate.js';
export type { AccelerateOptions } from './accelerating/options.js';
export type { AcceleratedLayer, AccelerateReport, BeforeAfter } from './accelerating/report.js';
export { assembleBackend, type TfjsBackend, type TfjsVerbs } from './backend/assemble-backend.js';
export { pinBackend } from './backend/device.js';
export { liveShape, requireVariable } from './backend/handles.js';
export type { TfjsMask } from './backend/mask.js';
export { type TfjsBackendOptions, tfjsBackend } from './backend/tfjs-backend.js';
export { registerWasmTrainingKernels } from './backend/wasm-training-kernels.js';
export { inputsOf as modelInputs, type RunnableGraph, type RunnableModel } from './comparing/answer.js';
export { type CompareModelsOptions, compareModels } from './comparing/compare-models.js';
export { type CompressedModel, compressModel } from './compressing/compress-model.js';
export {
  type CompressedGraph,
  type CompressGraphOptions,
  compressGraphModel,
} from './compressing/graph/compress-graph-model.js';
export type {
  CompressChannels,
  CompressModelOptions,
  CompressProgress,
  CompressWeights,
} from './compressing/options.js';
export type { CompressReport } from './compressing/report.js';
export type { TfjsErrorCode } from './error-codes.js';
export type { ModelBatch, ModelInput, ModelInputs } from './inputs/model-batches.js';
export { describeKernels } from './model/describe-kernels.js';
export { type DropoutAside, type DropoutUse, findDropout, setDropoutAside } from './model/dropout.js';
export { type FoundKernels, findKernels, type KernelOptions } from './model/kernels.js';
export { artifactsOf as modelArtifacts } from './model/model-artifacts.js';
export type { WeightChoice } from './model/weight-choices.js';
export { type LoadedModel, loadModel } from './saving/load-model.js';
export { loadPlainModel } from './saving/load-plain-model.js';
export type { SavedPruning } from './saving/metadata.js';
export type { QuantizedDtype } from './saving/quantize.js';
export { saveModel } from './saving/save-model.js';
export type { SaveModelConfig, SaveModelResult } from './saving/save-options.js';
export {
  createScoreObserver,
  type TensorScoreObserver,
  type TensorSignals,
} from './scoring/score-observer.js';
export { type ShrinkModelOptions, type ShrunkModel, shrinkModel } from './shrinking/shrink-model.js';
export { type CoupledDropout, coupleDropout } from './training/dropout/couple-dropout.js';
export {
  type DropoutReplacement,
  type ReplaceDropoutOptions,
  replaceDropout,
} from './training/dropout/replace-dropout.js';
export type { PruningCallback } from './training/fits/callback.js';
export type { ModelPruning } from './training/model-pruning.js';
export {
  createMovingAverage,
  type MovingAverage,
  type MovingAverageOptions,
} from './training/moving-average.js';
export type { PruningProgress } from './training/progress.js';
export { pruneModel } from './training/prune-model.js';
export type { PruneModelOptions } from './training/prune-model-options.js';
export type { LeftMask } from './training/pruner/left-masks.js';
export { freshSlots } from './training/steps/fresh-slots.js';
export { pruneOptimizer } from './training/steps/prune-optimizer.js';
