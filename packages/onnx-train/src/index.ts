export {
  type Attribute,
  type Attributes,
  type Constant,
  type ElementType,
  type FloatAttribute,
  type FloatsAttribute,
  float,
  type Graph,
  type Kind,
  type ShapeRule,
  type Value,
} from '@synaprune/onnx/graph';
export type { AdaptedModel, Adapter, AdapterFactor } from './adapters/adapted-model.js';
export { addAdapters } from './adapters/add-adapters.js';
export { mergeAdapters } from './adapters/merge-adapters.js';
export type { AdapterOptions } from './adapters/options.js';
export {
  type DistillationOptions,
  type DistillationSettings,
  distillationOptions,
} from './distillation/distillation-options.js';
export type { OnnxTrainErrorCode } from './error-codes.js';
export { checkTrainingStepOptions } from './options/check-options.js';
export type {
  BinaryCrossEntropyLoss,
  CrossEntropyLoss,
  DistanceLoss,
  DistillationLoss,
  HuberLoss,
  Loss,
  LossTerm,
  OutputLoss,
  TargetLoss,
} from './options/loss-options.js';
export type {
  OperatorRule,
  Optimizer,
  OptimizerSettings,
  ParameterGroup,
  ReadingOptions,
  StepScore,
  TrainingStepOptions,
} from './options/options.js';
export type {
  GatheredWeight,
  OptimizerSlot,
  StepBuffer,
  StepFrozen,
  StepGathering,
  StepInput,
  StepKernel,
  StepKernels,
  StepMemory,
  StepOptimizer,
  StepSeed,
  StepTensor,
  StepWeight,
  TrainingStep,
} from './options/training-step.js';
export { type WidenedModel, widenModel } from './precision/widen-model.js';
export {
  constantRate,
  cosineRate,
  oneCycleRate,
  polynomialRate,
  type RateSchedule,
  stepwiseRate,
  warmupRate,
} from './rates/rates.js';
export { buildRanking, type Ranking, type WeightRanking } from './scores/build-ranking.js';
export { buildTrainingStep } from './step/build-training-step.js';
export type { ShapesToFind } from './step/shapes-to-find.js';
export { createStepBuilder, type StepBuilder } from './step/step-builder.js';
export type { GradientCall, GradientRule } from './tape/gradient-rule.js';
