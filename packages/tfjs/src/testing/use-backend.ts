import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** The tfjs backends that tests run on. `late` is cpu without synchronous reads, as webgpu is. */
export type TestBackend = 'cpu' | 'wasm' | 'late';

/** The backends that any machine has. */
export const BACKENDS: readonly TestBackend[] = ['cpu', 'wasm', 'late'];

const require = createRequire(import.meta.url);

/** Switches tfjs to a backend, and fails where tfjs would only warn and stay with another one. */
export async function useBackend(name: TestBackend): Promise<void> {
  // Silences the advice to install tfjs-node.
  tf.env().set('PROD', true);
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  if (name === 'late') registerLate();
  const set = await tf.setBackend(name);
  if (!set || tf.getBackend() !== name) throw new Error(`no tfjs backend ${name}`);
}

interface LateBackend extends tf.KernelBackend {
  bufferSync(info: tf.TensorInfo): unknown;
}

function registerLate(): void {
  if (tf.findBackendFactory('late') != null) return;
  tf.registerBackend('late', () => {
    const backend = tf.findBackendFactory('cpu')() as LateBackend;
    const { readSync, bufferSync } = backend;
    let inKernel = false;
    backend.readSync = (dataId) => {
      if (!inKernel) throw new Error('late cannot read synchronously');
      return readSync.call(backend, dataId);
    };
    // A few kernels of cpu read their inputs; those of a real device need not.
    backend.bufferSync = (info) => {
      inKernel = true;
      try {
        return bufferSync.call(backend, info);
      } finally {
        inKernel = false;
      }
    };
    backend.read = async (dataId) => {
      await new Promise((resolve) => setImmediate(resolve));
      return readSync.call(backend, dataId);
    };
    return backend;
  });
  tf.copyRegisteredKernels('cpu', 'late');
}

/** Runs `work` and returns how many tensors and bytes more there are afterwards. */
export async function growth(work: () => Promise<void>): Promise<{ tensors: number; bytes: number }> {
  const before = tf.memory();
  const [tensors, bytes] = [before.numTensors, before.numBytes];
  await work();
  return { tensors: tf.memory().numTensors - tensors, bytes: tf.memory().numBytes - bytes };
}
