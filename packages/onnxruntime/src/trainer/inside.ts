import type { NamedWeight } from '@synaprune/core';
import type { Gate } from '@synaprune/core/checks';
import type { StepInput } from '@synaprune/onnx-train';
import type { InferenceSession } from 'onnxruntime-common';
import type { Cell, Memory, TrainerWeight } from '../memory/memory.js';
import type { OnnxRuntime } from '../runtime/runtime.js';
import type { TrainerOptions } from './options.js';
import type { Trainer } from './trainer-api.js';

/** A copy of all that goes from step to step, masks apart. */
export type Snapshot = readonly Float32Array[];

/** What others of this package need of a trainer, and nobody else. */
export interface TrainerInside {
  readonly ort: OnnxRuntime;
  /** The model as it came, in one piece. */
  readonly model: Uint8Array;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly loss: TrainerOptions['loss'];
  readonly dropout: NonNullable<TrainerOptions['dropout']>;
  readonly gate: Gate;
  readonly memory: Memory;
  /** Every tensor that is trained. */
  readonly weights: readonly NamedWeight<TrainerWeight>[];
  /** The model with other values in tensors of these names. */
  exportWith(values: ReadonlyMap<string, Float32Array>): Uint8Array;
  /** What is kept beside weights, and is zero where their masks drop, as slots are; by the weight's name. */
  readonly companions: Map<string, Set<Cell>>;
  /** Called when the trainer is disposed of, before anything is given back. */
  readonly onRelease: Set<() => Promise<void>>;
  /** Zeroes what masks drop, where that may have changed. */
  settle(): Promise<void>;
  /** Copies of buffers, as they are now. */
  readBuffers(): Promise<Map<string, Float32Array>>;
  /** What a batch's targets hold. */
  readonly targets: readonly StepInput[];
  /** Weights, slots and buffers as they are now. */
  snapshot(): Promise<Snapshot>;
  /** Takes them back. The count of steps goes on, and masks stay: what they drop is zero in what comes back too. */
  revert(snapshot: Snapshot): Promise<void>;
}

const insides = new WeakMap<object, TrainerInside>();

/** Notes what a trainer is made of. */
export function rememberInside(trainer: Trainer, inside: TrainerInside): void {
  insides.set(trainer, inside);
}

/** What a trainer is made of; undefined for what `createTrainer` did not make. */
export function insideOf(trainer: unknown): TrainerInside | undefined {
  return typeof trainer === 'object' && trainer !== null ? insides.get(trainer) : undefined;
}
