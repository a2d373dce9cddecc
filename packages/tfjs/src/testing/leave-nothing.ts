import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll } from 'vitest';

/*
 * Test files share a process, and with it tfjs's engine: the next one finds no variable and no kernel of this one, and
 * the same backend.
 */

/** The kernels that tfjs's own wasm backend has; those that a test registers beside them go when its file ends. */
let own: ReadonlySet<string> | undefined;

const onWasm = (): string[] => tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName);

beforeAll(() => {
  own = tf.findBackendFactory('wasm') == null ? undefined : new Set(onWasm());
});

afterAll(async () => {
  tf.disposeVariables();
  if (own !== undefined) {
    for (const name of onWasm()) if (!own.has(name)) tf.unregisterKernel(name, 'wasm');
  }
  await tf.setBackend('cpu');
});
