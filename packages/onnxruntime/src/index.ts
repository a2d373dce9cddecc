export type { DropoutRamp } from '@synaprune/core/methods';
export {
  constantRate,
  cosineRate,
  distillationOptions,
  oneCycleRate,
  polynomialRate,
  type RateSchedule,
  stepwiseRate,
  warmupRate,
} from '@synaprune/onnx-train';
export type { Comparison, CompressedLayer, Measured, RefitError, SharedSparsity } from '@synaprune/refit';
export {
  keepBySensitivity,
  type SensitivityCurve,
  type SensitivityLevel,
  sensitivityDistribution,
} from '@synaprune/refit';
export type { MovingAverageState } from './average/average-state.js';
export {
  createMovingAverage,
  type MovingAverage,
  type MovingAverageOptions,
} from './average/moving-average.js';
export type { BatchData, BatchTensor, BatchTensors } from './batch/batch.js';
export { type CompareOptions, type CompareProgress, compareOnnx } from './compare/compare-onnx.js';
export { type CompressedOnnx, compressOnnx } from './compress/compress-onnx.js';
export type {
  CompressChannels,
  CompressCommon,
  CompressOptions,
  CompressProgress,
  CompressWeights,
} from './compress/options.js';
export type { CompressReport } from './compress/report.js';
export { distil } from './distil/distil.js';
export type { DistilCheck, DistilOptions, DistilProgress, DistilResult } from './distil/options.js';
export type { Teacher, TeacherFunction, TeacherOutput } from './distil/teacher.js';
export type { DropoutNode } from './dropout/find-dropout.js';
export {
  type ReplaceDropoutOptions,
  type ReplacedDropout,
  replaceDropout,
} from './dropout/replace-dropout.js';
export type { OnnxruntimeErrorCode } from './error-codes.js';
export type { Feeds, ModelSamples } from './inputs/given-samples.js';
export { type ModelInput, modelInputs } from './inputs/model-inputs.js';
export type { Dimensions } from './inputs/noise.js';
export type { SampleOptions } from './inputs/open-samples.js';
export type { TrainerMask, TrainerWeight } from './memory/memory.js';
export type { ExecutionProviders, OnnxRuntime } from './runtime/runtime.js';
export type { OnnxScan, ScanOptions, ScanProgress } from './scan/options.js';
export { scanOnnx } from './scan/scan-onnx.js';
export { type FindShapesOptions, findShapes } from './sessions/find-shapes.js';
export type { TrainerRestoreOptions } from './state/restore-matching.js';
export type { TensorState, TrainerState } from './state/trainer-state.js';
export type { GraphPattern, TrainerPattern } from './trainer/graph-groups.js';
export type { TrainerOptions } from './trainer/options.js';
export type { TrainerPruneOptions, TrainerScore } from './trainer/prune-options.js';
export type { TrainerPruning } from './trainer/pruning.js';
export { createTrainer } from './trainer/trainer.js';
export type { Batch, StepOfMany, Trainer } from './trainer/trainer-api.js';
export type { ReadOptions } from './trainer/values.js';
