import type { Gate } from '@synaprune/core/checks';
import type { StepScore } from '@synaprune/onnx-train';
import type { InferenceSession } from 'onnxruntime-common';
import type { Cell, Memory } from '../memory/memory.js';
import type { LoadedStep } from '../runtime/loaded-step.js';
import type { OnnxRuntime } from '../runtime/runtime.js';

/** What a score remembers, beside the score: what a step graph observes for. */
export interface Observed extends StepScore {
  /** By weight, and by the score's own names. */
  readonly cells: ReadonlyMap<string, Readonly<Record<string, Cell>>>;
  /** Whether a step has been observed, by this trainer or by the one that a state came from. */
  seen: boolean;
}

/** What observers work with. */
export interface ObserverOptions {
  readonly ort: OnnxRuntime;
  readonly memory: Memory;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly gate: Gate;
  /** A step graph that observes for these scores, to see what they remember. */
  look(scores: readonly StepScore[]): LoadedStep;
}
