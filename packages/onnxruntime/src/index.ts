export type { BatchData, BatchTensor, BatchTensors } from './batch.js';
export type { TensorState, TrainerState } from './checkpoint.js';
export type { TrainerMask, TrainerWeight } from './memory.js';
export type { TrainerOptions } from './options.js';
export type { Every, TrainerPruneOptions, TrainerPruning } from './pruning.js';
export type { TrainerRestoreOptions } from './restore-matching.js';
export type { ExecutionProviders, OnnxRuntime } from './runtime.js';
export { createTrainer } from './trainer.js';
export type { Batch, Trainer } from './trainer-api.js';
