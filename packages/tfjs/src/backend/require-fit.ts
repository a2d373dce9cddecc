import { type Item, PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { TfjsMask } from './mask.js';

/**
 * @throws TypeError unless `weight` is a tensor
 * @throws PruneError `weight-changed` when it was disposed
 */
export function requireLive<Live extends tf.Tensor>(weight: Live): Live {
  if (!(weight instanceof tf.Tensor)) {
    throw new TypeError(`the tfjs backend takes tf.Variables (layerVariable.read()), got ${typeof weight}`);
  }
  if (weight.isDisposed) throw new PruneError('weight-changed', `${nameOf(weight)} was disposed`);
  return weight;
}

/** @throws TypeError unless `weight` is a variable of float32; PruneError as {@link requireLive} */
export function requireVariable(weight: tf.Variable): tf.Variable {
  requireLive(weight);
  if (!(weight instanceof tf.Variable) || weight.dtype !== 'float32') {
    const kind =
      weight instanceof tf.Variable ? `is of ${weight.dtype}` : 'is no variable: tf.variable(tensor)';
    throw new TypeError(`the tfjs backend prunes tf.Variables of float32; ${nameOf(weight)} ${kind}`);
  }
  return weight;
}

/** @throws PruneError `disposed` when the mask's tensor is gone */
export function requireMask(mask: TfjsMask): TfjsMask {
  if (mask.kept.isDisposed) throw new PruneError('disposed', 'the mask was disposed');
  return mask;
}

/** @throws PruneError `weight-changed` or `score-mismatch` when the parts of an item do not fit each other */
export function requireFit({ weight, mask, score }: Item<tf.Variable, TfjsMask>): void {
  requireVariable(weight);
  if (String(weight.shape) !== String(mask.shape)) {
    throw new PruneError(
      'weight-changed',
      `${nameOf(weight)} had the shape [${mask.shape}] and now has [${weight.shape}]`,
    );
  }
  if (score.kind !== 'tensor') return;
  const { tensor } = score;
  if (tensor.isDisposed || String(tensor.shape) !== String(weight.shape)) {
    const got = tensor.isDisposed ? 'a disposed tensor' : `the shape [${tensor.shape}]`;
    throw new PruneError(
      'score-mismatch',
      `the score of ${nameOf(weight)} needs the shape [${weight.shape}], got ${got}`,
    );
  }
  // Other types rank wrongly or not at all, and tfjs's wasm backend does not survive a bool.
  if (tensor.dtype !== 'float32') {
    throw new PruneError(
      'score-mismatch',
      `the score of ${nameOf(weight)} needs the dtype float32, got ${tensor.dtype}`,
    );
  }
}

function nameOf(weight: tf.Tensor): string {
  return weight instanceof tf.Variable ? `variable ${quote(weight.name)}` : `tensor ${weight.id}`;
}
