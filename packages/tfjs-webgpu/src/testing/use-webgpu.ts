import * as tf from '@tensorflow/tfjs';
import { openDawn } from 'synaprune-devices';

/** tfjs on WebGPU in this process. */
export interface TestGpu {
  readonly driver: string;
  /** What the device complained of, so far. */
  readonly errors: readonly string[];
  close(): void;
}

/** Switches tfjs to WebGPU on Dawn, or tells what is missing. */
export async function useWebgpu(): Promise<TestGpu | { readonly missing: string }> {
  // Silences the advice to install tfjs-node.
  tf.env().set('PROD', true);
  const dawn = await openDawn();
  if ('missing' in dawn) return dawn;
  // It looks for a GPU as it is imported.
  await import('@tensorflow/tfjs-backend-webgpu');
  // Else small models would be computed on the host, where this package has nothing to show.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (!(await tf.setBackend('webgpu')) || tf.getBackend() !== 'webgpu')
    throw new Error('tfjs took no webgpu');
  const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
  const errors: string[] = [];
  device.addEventListener('uncapturederror', (event) => {
    errors.push((event as GPUUncapturedErrorEvent).error.message);
  });
  return {
    driver: dawn.driver,
    errors,
    close() {
      tf.removeBackend('webgpu');
      dawn.close();
    },
  };
}
