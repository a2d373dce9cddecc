import { buildModel } from '@synaprune/onnx/graph';
import type { TrainingStepOptions } from '../options/options.js';
import type { TrainingStep } from '../options/training-step.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import type { TestModel } from './models.js';

/** A step of a model's `w` by the mean square, with shapes that are given. */
export function stepOfShapes(model: TestModel, shapes?: TrainingStepOptions['shapes']): TrainingStep {
  return buildTrainingStep(buildModel(model), {
    loss: 'mse',
    optimizer: 'sgd',
    trainable: ['w'],
    ...(shapes ? { shapes } : {}),
  });
}
