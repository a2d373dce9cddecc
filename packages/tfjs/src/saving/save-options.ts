import type { Notice } from '@synaprune/core';
import { requireBoolean, requireChoice, requireOptions } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import type { QuantizedDtype } from './quantize.js';

/** What `saveModel` is told: what `model.save` takes, and how the file is kept small. */
export interface SaveModelConfig extends tf.io.SaveConfig {
  /**
   * Whether every mask is written, one bit an element. Unless told, only those that the zeros of the saved weights
   * do not tell by themselves: `loadModel` makes the others from the zeros, the same to the bit.
   */
  readonly masks?: boolean;
  /**
   * In how many bits the model's weights are written, as tfjs's converter does it: `float16`, `uint8` or `uint16`.
   * Zeros stay exactly zero, and nothing else becomes zero. Unless told, a model that `loadModel` or
   * `loadPlainModel` found quantised is written in the types that it came in, and any other as float32; `false` is float32.
   */
  readonly quantize?: QuantizedDtype | false;
}

/** What `saveModel` did. */
export interface SaveModelResult extends tf.io.SaveResult {
  /** What did not hold when the model was saved, or does not hold in the file. */
  readonly notices: readonly Notice[];
}

/** @throws TypeError when an option is unknown or of a wrong type */
export function requireSaveConfig(config: SaveModelConfig): void {
  requireOptions('saveModel', '', config, ['masks', 'quantize', 'includeOptimizer', 'trainableOnly']);
  const { quantize, ...flags }: SaveModelConfig = config;
  for (const [name, value] of Object.entries(flags)) {
    if (value !== undefined) requireBoolean('saveModel', name, value);
  }
  if (quantize !== undefined && quantize !== false) {
    requireChoice('saveModel', 'quantize', quantize, ['float16', 'uint8', 'uint16']);
  }
}
