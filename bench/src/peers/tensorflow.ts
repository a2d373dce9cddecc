import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

const require = createRequire(import.meta.url);

/** Switches TensorFlow.js to a backend, and fails where it would only warn and stay with another one. */
export async function useTensorflow(backend: 'cpu' | 'wasm'): Promise<void> {
  // Silences the advice to install tfjs-node.
  tf.env().set('PROD', true);
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  const set = await tf.setBackend(backend);
  if (!set || tf.getBackend() !== backend) throw new Error(`no tfjs backend ${backend}`);
}

/**
 * The smallest magnitude that is kept, as TensorFlow.js's own operations find it: the last of the `kept` largest.
 * Inside a tidy.
 */
export function topkThreshold(weights: readonly tf.Tensor[], kept: number): tf.Tensor {
  const magnitudes = tf.concat1d(weights.map((weight) => weight.abs().flatten()));
  return tf.topk(magnitudes, kept).values.slice(kept - 1, 1);
}
