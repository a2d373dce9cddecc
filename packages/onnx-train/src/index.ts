export {
  type Attribute,
  type Attributes,
  type FloatAttribute,
  type FloatsAttribute,
  float,
} from './attributes.js';
export { buildTrainingStep } from './build-training-step.js';
export { checkTrainingStepOptions } from './check-options.js';
export type { ElementType } from './element-type.js';
export type { OnnxTrainErrorCode } from './error-codes.js';
export type { GradientCall, GradientRule } from './gradient-rule.js';
export type { Graph } from './graph.js';
export type {
  Loss,
  OperatorRule,
  Optimizer,
  OptimizerSettings,
  TargetLoss,
  TrainingStepOptions,
} from './options.js';
export type { ShapeRule } from './shapes/infer.js';
export type {
  OptimizerSlot,
  StepBuffer,
  StepInput,
  StepSeed,
  StepTensor,
  StepWeight,
  TrainingStep,
} from './training-step.js';
export type { Constant, Kind, Value } from './value.js';
