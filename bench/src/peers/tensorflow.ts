import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { Span } from '../floors.js';

const require = createRequire(import.meta.url);

/** Switches TensorFlow.js to a backend, and fails where it would only warn and stay with another one. */
export async function useTensorflow(backend: 'cpu' | 'wasm'): Promise<void> {
  // Silences the advice to install tfjs-node.
  tf.env().set('PROD', true);
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  const set = await tf.setBackend(backend);
  if (!set || tf.getBackend() !== backend) throw new Error(`no tfjs backend ${backend}`);
}

/** The memory of the wasm backend, which is the current one. */
export function wasmMemory(): WebAssembly.Memory {
  return backendParts().wasm.asm.memory;
}

/** Where float32 tensors are in it, until the next operation. */
export function wasmSpans(tensors: readonly tf.Tensor[]): Span[] {
  const { dataIdMap } = backendParts();
  return tensors.map(({ dataId, size }) => ({
    byteOffset: dataIdMap.get(dataId).memoryOffset,
    elements: size,
  }));
}

/** What tfjs-backend-wasm 4.22.0 has in none of its types. */
function backendParts() {
  return tf.backend() as unknown as {
    readonly wasm: { readonly asm: { readonly memory: WebAssembly.Memory } };
    readonly dataIdMap: { get(id: object): { readonly memoryOffset: number } };
  };
}

/**
 * The smallest magnitude that is kept, as TensorFlow.js's own operations find it: the last of the `kept` largest.
 * Inside a tidy.
 */
export function topkThreshold(weights: readonly tf.Tensor[], kept: number): tf.Tensor {
  const magnitudes = tf.concat1d(weights.map((weight) => weight.abs().flatten()));
  return tf.topk(magnitudes, kept).values.slice(kept - 1, 1);
}
