export type { BatchData, BatchTensor, BatchTensors } from './batch.js';
export type { TrainerMask, TrainerWeight } from './memory.js';
export type { TrainerOptions } from './options.js';
export type { ExecutionProviders, OnnxRuntime } from './runtime.js';
export { type Batch, createTrainer, type Trainer } from './trainer.js';
