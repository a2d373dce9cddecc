import type { Batch, Trainer } from '@synaprune/onnxruntime';
import type { TrainingSpec } from '../run.js';
import { learningRateAt } from './learning-rate.js';

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

/** What a task tells of its learner. */
export interface LearnerParts {
  readonly trainer: Trainer;
  readonly plan: TrainingSpec;
  /** The next batch; the same ones in the same order for one seed. */
  readonly nextBatch: () => Batch;
  readonly score: () => Promise<Scored>;
}

/** A learner that takes the batches as they come. */
export function createLearner({ trainer, plan, nextBatch, score }: LearnerParts): Learner {
  let taken = 0;
  return {
    trainer,
    get taken() {
      return taken;
    },
    async train(steps, learningRate) {
      for (let step = 0; step < steps; step += 1) {
        await trainer.step({ ...nextBatch(), learningRate: learningRate ?? learningRateAt(taken, plan) });
        taken += 1;
      }
    },
    score,
    dispose: () => trainer.dispose(),
  };
}
