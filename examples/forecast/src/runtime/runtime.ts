import type { Notice, RecipeOptions } from '@synaprune/core';
import type { AccelerationResult } from '@synaprune/examples-kit/speed';
import type { LossyForm, Packed } from '@synaprune/sparse';
import type { AcceleratedLayer } from '@synaprune/tfjs';
import type { ForecasterWeights } from '../initial-weights.js';

/** The weight matrices of every forecaster, as they are called in recipes and shown: Keras's names. */
export const KERNEL_NAMES = ['lstm/kernel', 'lstm/recurrent_kernel', 'dense/kernel'] as const;

/** What a forecaster is made from. */
export interface ForecasterPlan {
  readonly length: number;
  readonly features: number;
  readonly hidden: number;
  readonly weights: ForecasterWeights;
  /** Fraction of the last state that dropout silences; 0 for none. */
  readonly dropout: number;
  /** What the masks of dropout are drawn from. */
  readonly seed: number;
  /** What to prune, in epochs counted from 0; `null` leaves all weights alive. */
  readonly pruning: RecipeOptions | null;
}

/** One call of {@link Forecaster.fit}. */
export interface FitPlan {
  /** [count, length, features] */
  readonly inputs: Float32Array;
  /** [count] */
  readonly targets: Float32Array;
  readonly batchSize: number;
  readonly epochs: number;
  /** The order of the windows in an epoch. */
  order(epoch: number): Int32Array;
  /** Adam's step size in an epoch; asked when the epoch begins. */
  learningRate(epoch: number): number;
  /** Asked before each step by a runtime whose threads cannot be ended from outside: `true` ends it with an error. */
  stopped(): boolean;
  /** Called after each epoch, when dropped weights are zero; answers whether to go on. */
  onEpochEnd(epoch: number, trainLoss: number): Promise<boolean>;
}

/** A weight matrix that may be pruned, and what has become of it. */
export interface KernelState {
  readonly name: string;
  /** [rows, columns] */
  readonly shape: readonly [number, number];
  /** 1 where kept, 0 where dropped, row-major. */
  readonly kept: Uint8Array;
}

/** A forecaster in the runtime's hands. */
export interface Forecaster {
  fit(plan: FitPlan): Promise<void>;
  /** Forecasts for [count, length, features] inputs, with dropout only when asked for. */
  predict(inputs: Float32Array, options?: { readonly dropout: boolean }): Promise<Float32Array>;
  /** The weight matrices with their masks; all kept when nothing is pruned. */
  kernels(): Promise<KernelState[]>;
  /** The weights as they are now. */
  weights(): Promise<ForecasterWeights>;
  /** What did not come to hold up to now, each once. */
  notices(): Promise<readonly Notice[]>;
  /** Remembers weights and masks as they are now, in place of what was remembered before. */
  remember(): Promise<void>;
  /** Goes back to what was remembered. */
  recall(): Promise<void>;
  /** The files that the runtime saves the model as, without anything only training needs. */
  save(): Promise<readonly SavedFile[]>;
  dispose(): Promise<void>;
}

/** A file of a saved model. */
export interface SavedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A saved forecaster, open for nothing but forecasts. */
export interface SavedForecaster {
  /** Forecasts for [count, length, features] inputs. */
  predict(inputs: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Windows to forecast. */
export interface WindowSet {
  /** [count, length, features] */
  readonly inputs: Float32Array;
  readonly length: number;
  readonly features: number;
}

/** What a saved forecaster takes to predict, dense and accelerated; differences on the scale the model is trained on. */
export type SpeedReport = AccelerationResult<AcceleratedLayer>;

/** What trains the models. A further runtime is one more implementation of this. */
export interface Runtime {
  readonly name: string;
  /** What it runs on: `wasm`, `cpu`, `node`. */
  readonly backend: string;
  readonly versions: Readonly<Record<string, string>>;
  createForecaster(plan: ForecasterPlan): Promise<Forecaster>;
  /** Makes one sparse file of the files that a forecaster was saved as. */
  pack(files: readonly SavedFile[], values: 'exact' | LossyForm): Promise<Packed>;
  /** Opens such a file. */
  openPacked(bytes: Uint8Array, window: Pick<WindowSet, 'length' | 'features'>): Promise<SavedForecaster>;
}
