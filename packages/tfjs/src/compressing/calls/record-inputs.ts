import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { patchMethod } from '../../internals/patch-method.js';
import type { LayerCall } from '../../model/list-calls.js';
import { callLayer, type Flowing } from './values.js';

/**
 * What a layer is fed while another, that it is part of, is called: a cell at every step of its sequence. Where both are
 * the same, what the call is given.
 *
 * @returns of every call of `part` the tensors it was given, which are the caller's to dispose of
 */
export function recordInputs(call: LayerCall, given: readonly Flowing[], part: layers.Layer): tf.Tensor[][] {
  if (call.layer === part) return [given.map(({ tensor }) => tensor.clone())];
  const recorded: tf.Tensor[][] = [];
  const release = patchMethod(part, 'call', (inner) => (inputs, kwargs) => {
    recorded.push([inputs].flat().map((tensor) => tf.keep(tensor.clone())));
    return inner(inputs, kwargs);
  });
  try {
    const outputs = callLayer(call, given);
    tf.dispose(outputs.flatMap(({ tensor, mask }) => (mask === undefined ? [tensor] : [tensor, mask])));
  } finally {
    release();
  }
  return recorded;
}
