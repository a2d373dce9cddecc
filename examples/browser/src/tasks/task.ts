import type * as tf from '@tensorflow/tfjs';

export type TaskName = 'digits' | 'forecast';

/** How good a model is, in one number. */
export interface Metric {
  readonly name: string;
  /** What the axis says, unit included. */
  readonly axis: string;
  readonly better: 'higher' | 'lower';
  readonly format: (value: number) => string;
}

/** The data of a task, in main memory, and how they meet a model. */
export interface TaskData {
  readonly examples: number;
  /** What a guess without a model reaches, in words; `null` where there is no such guess worth naming. */
  readonly reference: string | null;
  /** A batch of the training part. The caller disposes of the tensors. */
  batch(indices: Int32Array): { readonly inputs: tf.Tensor; readonly targets: tf.Tensor };
  /** The metric over the whole test part. */
  evaluate(model: tf.LayersModel): Promise<number>;
}

/** Something to learn. */
export interface Task {
  readonly name: TaskName;
  readonly title: string;
  readonly lossName: string;
  readonly metric: Metric;
  readonly steps: number;
  readonly batch: number;
  /** Says what is learnt from what. */
  readonly description: string;
  readonly provenance: string;
  readonly licence: string;
  load(): Promise<TaskData>;
  /** A new compiled model, the same for the same seed. */
  makeModel(seed: number): tf.LayersModel;
}

/** Adam with its epsilon said: on WebGL tfjs would otherwise take another than elsewhere. */
export const EPSILON = 1e-7;
