import * as tf from '@tensorflow/tfjs-core';

/**
 * The variable of a name, as optimizers find those that they are given gradients for.
 *
 * Written for tfjs-core 4.22.0: `applyGradients` takes names, and only the engine's own book, which tfjs's optimizers
 * look in too, says whose they are.
 */
export function variableNamed(name: string): tf.Variable | undefined {
  return tf.engine().registeredVariables[name];
}
