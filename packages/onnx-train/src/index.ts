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
export { buildTrainingStep } from './build-training-step.js';
export type { OnnxTrainErrorCode } from './error-codes.js';
export type { GradientCall, GradientRule } from './gradients/gradient-rule.js';
export { checkTrainingStepOptions } from './options/check-options.js';
export type {
  Loss,
  OperatorRule,
  Optimizer,
  OptimizerSettings,
  TargetLoss,
  TrainingStepOptions,
} from './options/options.js';
export type {
  OptimizerSlot,
  StepBuffer,
  StepInput,
  StepSeed,
  StepTensor,
  StepWeight,
  TrainingStep,
} from './training-step.js';
