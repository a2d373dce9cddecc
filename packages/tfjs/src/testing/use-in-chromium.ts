import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import withThreads from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import '@tensorflow/tfjs-backend-webgpu';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { afterEach, expect } from 'vitest';

/** The tfjs backends that Chromium has. */
export type ChromiumBackend = 'cpu' | 'wasm' | 'webgl' | 'webgpu';

/**
 * Switches tfjs to a backend, and fails where tfjs would only warn and stay with another one.
 *
 * @param options `threaded`, of `wasm`: the binary with threads, which tfjs takes on every page that may share memory
 */
export async function useInChromium(name: ChromiumBackend, { threaded = false } = {}): Promise<void> {
  tf.env().set('PROD', true);
  if (threaded && !crossOriginIsolated) throw new Error('this page may not share memory');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', threaded);
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': withThreads,
  });
  const set = await tf.setBackend(name);
  if (!set || tf.getBackend() !== name) throw new Error(`no tfjs backend ${name}`);
  if (name === 'webgpu') failOnErrors((tf.backend() as WebGPUBackend).device);
}

/** A bind group that WebGPU rejects leaves zeros behind and throws nothing. */
function failOnErrors(device: GPUDevice): void {
  const errors: string[] = [];
  device.onuncapturederror = ({ error }) => void errors.push(error.message);
  afterEach(async () => {
    await device.queue.onSubmittedWorkDone();
    expect(errors.splice(0), 'errors of WebGPU').toEqual([]);
  });
}
