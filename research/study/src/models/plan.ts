import type { ModelName } from '../run.js';
import type { Protocol } from '../task.js';

/** What a model is built from. */
export interface ModelPlan {
  readonly model: ModelName;
  /** Rows of a window. */
  readonly length: number;
  /** Columns of a window; the first {@link channels} have a next value to forecast. */
  readonly features: number;
  readonly channels: number;
  /** The channel that carries the target, from 0. */
  readonly targetChannel: number;
  /** Fraction of the prunable weights that a narrower dense model does without, in [0, 1); 0 is full width. */
  readonly narrowed: number;
  /** Rate of dropout, in [0, 1); 0 builds a graph without noise. */
  readonly dropout: number;
  /** What the initial weights grow from, an integer. */
  readonly seed: number;
  readonly protocol: Protocol;
}

/** An input that dropout is multiplied in by: `1 / (1 − rate)` or 0 while it is on, 1 while it is off. */
export interface Noise {
  readonly name: string;
  /** Without the batch, which leads. */
  readonly shape: readonly number[];
}

/** A model as an ONNX graph with its initial weights. */
export interface ForwardModel {
  /**
   * The .onnx file: input `window` [batch, length, features] and an input [batch, …shape] for each of
   * {@link noise}; output `forecast` [batch, 1], or [batch, channels] where {@link output} says so.
   */
  readonly bytes: Uint8Array;
  /** Whether it forecasts the target, on the scale of targets, or every channel, on the scale of the inputs. */
  readonly output: 'target' | 'channels';
  /** Names of the prunable weights, in the order of the published program. */
  readonly kernels: readonly string[];
  /** Trained numbers. */
  readonly parameters: number;
  readonly noise: readonly Noise[];
}
