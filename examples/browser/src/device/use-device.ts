import { tfjsBackend } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Device } from './devices';
import { register } from './register';

/** Why a device cannot be used. */
export interface Refusal {
  readonly words: string;
  /** What the device or its driver said itself. */
  readonly detail?: string;
}

/** `null` when the device is now in use, else why it cannot be. */
export async function useDevice(device: Device): Promise<Refusal | null> {
  const absent = await missing(device);
  if (absent !== null) return { words: absent };
  try {
    await register(device);
    // A backend that fails to start makes tfjs go on with another one: only a warning, and false.
    const accepted = await tf.setBackend(device);
    if (!accepted || tf.getBackend() !== device) return { words: 'it is there but did not start' };
    tfjsBackend();
    const three = tf.tidy(() => tf.tensor1d([1, 2]).sum());
    const [value] = await three.data();
    three.dispose();
    return value === 3 ? null : { words: `it computed 1 + 2 as ${value}` };
  } catch (error) {
    return { words: 'it is there but did not start', detail: (error as Error).message };
  }
}

/** Why a device cannot be here at all, without trying it. */
async function missing(device: Device): Promise<string | null> {
  if (device === 'webgpu' && !('gpu' in navigator)) {
    return isSecureContext
      ? 'this browser has none'
      : 'browsers offer it only to pages from https or this machine';
  }
  if (device === 'webgpu' && (await navigator.gpu.requestAdapter().catch(() => null)) === null) {
    return 'this browser has it, and offers no adapter for this machine';
  }
  if (device === 'webgl' && document.createElement('canvas').getContext('webgl2') === null) {
    return 'this browser has none, or it is switched off';
  }
  if (device === 'wasm' && !('WebAssembly' in globalThis)) return 'this browser has none';
  return null;
}
