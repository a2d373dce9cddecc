import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';

/** An optimizer's class, as far as it can make another one. */
interface OptimizerClass {
  readonly fromConfig?: (cls: OptimizerClass, config: object) => tf.Optimizer;
}

/**
 * Another optimizer of the same class and settings, the learning rate of now included, without a state.
 *
 * @throws PruneError `unsupported` when its class cannot make one of its settings
 */
export function copyOptimizer(optimizer: tf.Optimizer): tf.Optimizer {
  const made = optimizer.constructor as OptimizerClass;
  if (typeof made.fromConfig !== 'function') {
    throw new PruneError(
      'unsupported',
      `the optimizer ${quote(optimizer.getClassName())} cannot be made again from its settings: its class has no fromConfig`,
    );
  }
  return made.fromConfig(made, optimizer.getConfig());
}
