import type { StepBuffer, StepWeight, TrainingStep } from '@synaprune/onnx-train';

/**
 * A step without its graph, which the runtime has loaded, without what exports the model, and without the values that the
 * model holds: all of them keep as many bytes as the model has.
 */
export interface LoadedStep
  extends Omit<TrainingStep, 'model' | 'export' | 'frozen' | 'weights' | 'buffers'> {
  readonly weights: readonly Omit<StepWeight, 'initial'>[];
  readonly buffers: readonly Omit<StepBuffer, 'initial'>[];
}

/** A step as it is kept once it has been loaded. */
export function withoutValues({
  model: _,
  export: __,
  frozen: ___,
  weights,
  buffers,
  ...step
}: TrainingStep): LoadedStep {
  return {
    ...step,
    weights: weights.map(({ initial, ...weight }) => weight),
    buffers: buffers.map(({ initial, ...buffer }) => buffer),
  };
}
