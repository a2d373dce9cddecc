import type { TrainingStep } from '@synaprune/onnx-train';

/**
 * A step without its graph, which the runtime has loaded, and without what exports the model: both keep as many bytes as
 * the model has, frozen weights and all.
 */
export type LoadedStep = Omit<TrainingStep, 'model' | 'export'>;
