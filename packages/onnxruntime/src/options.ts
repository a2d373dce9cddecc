import type { TrainingStepOptions } from '@synaprune/onnx-train';
import type { InferenceSession } from 'onnxruntime-common';
import type { ExecutionProviders, OnnxRuntime } from './runtime.js';

/** What `createTrainer` is told: what to run on, and everything that `buildTrainingStep` takes. */
export interface TrainerOptions extends Omit<TrainingStepOptions, 'masks'> {
  /** The runtime: the whole namespace of `onnxruntime-node`, `onnxruntime-web` or `onnxruntime-web/webgpu`. */
  readonly ort: OnnxRuntime;
  /** The bytes of an ordinary .onnx file, untouched. */
  readonly model: Uint8Array;
  /** For every step that is not told its own. */
  readonly learningRate?: number;
  /** What to run on: `['cpu']` on onnxruntime-node, `['wasm']` on onnxruntime-web unless told. */
  readonly executionProviders?: ExecutionProviders;
  /** Passed on to every session, for threads, logging and the like. */
  readonly sessionOptions?: Omit<
    InferenceSession.SessionOptions,
    'executionProviders' | 'preferredOutputLocation'
  >;
  /** What the random numbers of dropout grow from, an integer. 0 unless told. */
  readonly seed?: number;
  /** How many sets of shapes keep a session ready, the least recently used going first. 8 unless told. */
  readonly sessions?: number;
}

/** Every option there is. */
const KNOWN: Readonly<Record<keyof TrainerOptions, true>> = {
  ort: true,
  model: true,
  learningRate: true,
  executionProviders: true,
  sessionOptions: true,
  seed: true,
  sessions: true,
  inputs: true,
  loss: true,
  outputs: true,
  optimizer: true,
  clip: true,
  trainable: true,
  masked: true,
  gradients: true,
  rules: true,
  dropout: true,
  batchNormalization: true,
};

/** @throws TypeError | RangeError when an option is unknown, or has a wrong type or value */
export function checkTrainerOptions(options: TrainerOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`createTrainer needs its options in one object, got ${typeof options}`);
  }
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(KNOWN, name));
  if (unknown.length > 0) {
    throw new TypeError(
      `createTrainer knows no option ${unknown.join(', ')}; it knows ${Object.keys(KNOWN).join(', ')}`,
    );
  }
  const { model, learningRate, seed = 0, sessions = 8 } = options;
  if (!(model instanceof Uint8Array)) {
    throw new TypeError(`createTrainer needs model to be the bytes of an .onnx file, a Uint8Array`);
  }
  if (learningRate !== undefined) requireLearningRate(learningRate);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed is an integer, got ${seed}`);
  if (!Number.isInteger(sessions) || sessions < 1) {
    throw new RangeError(`sessions is a positive integer, got ${sessions}`);
  }
}

/** @throws TypeError | RangeError unless it is a finite number of at least 0 */
export function requireLearningRate(rate: unknown): number {
  if (typeof rate !== 'number') {
    throw new TypeError(`a step needs a learningRate, its own or the trainer's, got ${typeof rate}`);
  }
  if (!(rate >= 0 && Number.isFinite(rate))) {
    throw new RangeError(`learningRate is a finite number of at least 0, got ${rate}`);
  }
  return rate;
}
