import * as tf from '@tensorflow/tfjs-core';

/**
 * Whether what runs now is followed for its gradients: in `fit`, `minimize`, `tf.grad`.
 *
 * Written for tfjs-core 4.22.0, where only the engine's state says so. Where the field is missing, nothing is.
 */
export function isRecordingGradients(): boolean {
  return (tf.engine().state as { readonly gradientDepth?: number }).gradientDepth! > 0;
}
