import type { Loss, StepInput } from '@synaprune/onnx-train';
import type { InferenceSession } from 'onnxruntime-common';
import type { OnnxRuntime } from '../runtime/runtime.js';
import type { Trainer } from './trainer-api.js';

/** A copy of all that goes from step to step, masks apart. */
export type Snapshot = readonly Float32Array[];

/** What others of this package need of a trainer, and nobody else. */
export interface TrainerInside {
  readonly ort: OnnxRuntime;
  /** The model as it came, in one piece. */
  readonly model: Uint8Array;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly loss: Loss;
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
