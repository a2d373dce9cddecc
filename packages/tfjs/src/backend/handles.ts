import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';

/*
 * What only tfjs knows of what it is given. Everything else core has checked before a verb is called.
 */

/**
 * The shape of a weight or of a score. Only scores need be no variables, so that a tensor that is none is one.
 *
 * @throws TypeError when it is no tensor, or a variable of another dtype than float32
 * @throws PruneError `weight-changed` when a variable was disposed; `score-mismatch` when another tensor was, or is not
 *   of float32, which would rank wrongly or not at all (and tfjs's wasm backend does not survive a bool)
 */
export function liveShape(weight: tf.Tensor): readonly number[] {
  if (!(weight instanceof tf.Tensor)) {
    throw new TypeError(`the tfjs backend takes tf.Variables (layerVariable.read()), got ${typeof weight}`);
  }
  if (weight instanceof tf.Variable) {
    requireLive(weight);
    if (weight.dtype !== 'float32') throw unfit(weight, `is of ${weight.dtype}`);
    return weight.shape;
  }
  if (!weight.isDisposed && weight.dtype === 'float32') return weight.shape;
  const got = weight.isDisposed ? 'a disposed tensor' : weight.dtype;
  throw new PruneError('score-mismatch', `weights and their scores need to be of float32, got ${got}`);
}

/** @throws PruneError `weight-changed` when the variable was disposed */
export function requireLive(weight: tf.Variable): tf.Variable {
  if (!weight.isDisposed) return weight;
  throw new PruneError('weight-changed', `variable ${quote(weight.name)} was disposed`);
}

/** @throws TypeError unless `weight` is a variable of float32; PruneError `weight-changed` when it was disposed */
export function requireVariable(weight: tf.Variable): tf.Variable {
  liveShape(weight);
  if (!(weight instanceof tf.Variable)) throw unfit(weight, 'is no variable: tf.variable(tensor)');
  return weight;
}

function unfit(weight: tf.Tensor, why: string): TypeError {
  const name = weight instanceof tf.Variable ? `variable ${quote(weight.name)}` : `tensor ${weight.id}`;
  return new TypeError(`the tfjs backend prunes tf.Variables of float32; ${name} ${why}`);
}
