import type { PrunerState } from '@synaprune/core';
import type { OptimizerSettings } from '@synaprune/onnx-train';

/** A tensor in a {@link TrainerState}. */
export interface TensorState {
  /** `weight`, `gradient`, `buffer`, or the kind of an optimizer's slot of the weight of this name. */
  readonly kind: string;
  readonly name: string;
  readonly shape: readonly number[];
  /** Its float32 values, little-endian, in base64. */
  readonly values: string;
}

/**
 * Everything a run needs to go on elsewhere: plain data that survives JSON and structured clone, readable on
 * every runtime. The model travels separately.
 */
export interface TrainerState {
  readonly format: 'synaprune-trainer';
  /** 3; states of version 1, which lack `optimizer` and `model`, and 2, which lack `model`, are read as well. */
  readonly version: 1 | 2 | 3;
  readonly steps: number;
  readonly seed: number;
  /** The optimizer with every setting, defaults filled in. The learning rate is the caller's at every step. */
  readonly optimizer?: OptimizerSettings;
  /**
   * A digest of the model without what is in `tensors`: its operators, their attributes and wiring, and the values that
   * nothing trains. Eight hexadecimal digits.
   */
  readonly model?: string;
  readonly tensors: readonly TensorState[];
  /** Of the pruner that `save` was given; `null` without one. */
  readonly pruner: PrunerState | null;
  /** Of everything else, as eight hexadecimal digits. Finds damage, not malice. */
  readonly checksum: string;
}

/** A tensor's place in a state. */
export interface TensorPlace {
  readonly kind: string;
  readonly name: string;
  readonly shape: readonly number[];
}
