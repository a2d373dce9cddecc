import type { TensorBackend } from '@synaprune/core';
import type { Gate } from '@synaprune/core/checks';
import type { InferenceSession, Tensor } from 'onnxruntime-common';

/**
 * A tensor of a trainer: the same handle for as long as the trainer lives, whatever memory its value moves to
 * from step to step.
 */
export interface TrainerWeight {
  readonly shape: readonly number[];
}

/** A mask of a trainer's backend. */
export interface TrainerMask {
  readonly elements: number;
}

/** A handle as the trainer itself sees it. */
export interface Cell extends TrainerWeight {
  /** What the next run is fed with. */
  tensor: Tensor;
}

/** How a memory is to treat what is dropped, and when it works. */
export interface MemoryOptions {
  readonly gate: Gate;
  /** Whether dropped elements learn on, so that nothing is ever zeroed. */
  readonly straightThrough: boolean;
}

/** Where a trainer keeps its state between steps. */
export interface Memory {
  readonly kind: 'host' | 'gpu';
  readonly backend: TensorBackend<TrainerWeight, TrainerMask>;
  /** How often verbs of the backend that look at masks or weights were called so far. */
  readonly asked: () => number;
  /** What a session needs to be told so that these outputs stay in this memory. */
  outputOptions(outputs: readonly string[]): InferenceSession.SessionOptions;
  /** A new tensor of zeros, or of a copy of `values`. */
  create(shape: readonly number[], values?: Float32Array): Tensor;
  /** A new tensor of values that nobody else writes to from now on. */
  adopt(shape: readonly number[], values: Float32Array): Tensor;
  /** A handle that owns `tensor`. */
  cell(tensor: Tensor): Cell;
  /** Gives a tensor's memory back. */
  discard(tensor: Tensor): void;
  /** A copy of what a handle holds. */
  read(cell: Cell): Promise<Float32Array>;
  /** The same, with +0 for what the masks of a weight drop. */
  readMasked(cell: Cell, weight: Cell): Promise<Float32Array>;
  /** What masks are for the step graph. */
  readonly maskType: 'float32' | 'bool';
  /** The mask of a weight for the step graph, as it was when last settled. It stays this memory's. */
  mask(cell: Cell): Tensor;
  /**
   * Zeroes what a weight's masks drop, in it and in its slots, where that may have changed since the last time; nothing
   * where dropped elements learn on. Masks for the step graph are up to date then.
   */
  settle(cell: Cell, slots: readonly Cell[]): Promise<void>;
  /** Notes that a weight or its slots have new values from elsewhere. */
  touch(cell: Cell): void;
  /** Whether what a weight's masks drop may have changed since it was last settled. */
  isChanged(cell: Cell): boolean;
  /** How many elements of a weight its masks keep: of several masks, what the one keeps that keeps least. */
  countKept(cell: Cell): Promise<number>;
  /** Whether a weight has a mask in force. */
  isMasked(cell: Cell): boolean;
  /** Whether a weight's masks were disposed of, after they had dropped something. */
  isAbandoned(cell: Cell): boolean;
  /** Gives the masks back, and what the memory itself needs. Every other tensor and session goes first. */
  dispose(): Promise<void>;
}
