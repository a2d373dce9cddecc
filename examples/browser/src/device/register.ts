import * as tf from '@tensorflow/tfjs';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import type { Device } from './devices';

/** Fetches the code of a backend that does not come with `@tensorflow/tfjs`. Harmless when repeated. */
export async function register(device: Device): Promise<void> {
  if (device === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
  if (device !== 'wasm') return;
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // One thread: the threads of this backend need a page of their own, and give other bits.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (tf.findBackend('wasm') != null) return;
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': simd,
  });
}
