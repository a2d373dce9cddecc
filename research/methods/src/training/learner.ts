import type { Trainer } from '@synaprune/onnxruntime';

/** How good a model is on what was held out. */
export interface Scored {
  readonly score: number;
  /** Mean cross entropy, nats. */
  readonly loss: number;
}

/** A model in training on a task: the n-th step sees the same batch whatever an arm does. */
export interface Learner {
  readonly trainer: Trainer;
  /** Steps that were taken, those before a rewinding included. */
  readonly taken: number;
  /** Takes so many steps, at a learning rate of their own unless told. */
  train(steps: number, learningRate?: number): Promise<void>;
  score(): Promise<Scored>;
  dispose(): Promise<void>;
}
