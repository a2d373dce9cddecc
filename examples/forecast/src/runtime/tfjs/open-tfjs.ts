import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import type { Runtime } from '../runtime.js';
import { multiplyTransposedFast } from './fast-matmul.js';
import { createTfjsForecaster } from './forecaster.js';
import { openPacked, packSaved } from './saved-model.js';

/**
 * TensorFlow.js on one thread of this process.
 *
 * @param backend `wasm` or `cpu`
 * @throws Error when tfjs does not start the backend; left alone it would go on with another
 */
export async function openTfjs(backend: string): Promise<Runtime> {
  // Silences a greeting that recommends the native package, and checks meant for development.
  tf.enableProdMode();
  if (backend === 'wasm') {
    const program = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(dirname(program) + sep);
    wasm.setThreadsCount(1);
  }
  if (!(await tf.setBackend(backend)) || tf.getBackend() !== backend) {
    throw new Error(`needed the tfjs backend ${backend}, got ${tf.getBackend()}`);
  }
  if (backend === 'wasm') multiplyTransposedFast();
  return {
    name: 'tfjs',
    backend,
    versions: { '@tensorflow/tfjs': tf.version.tfjs },
    createForecaster: createTfjsForecaster,
    pack: packSaved,
    openPacked,
  };
}
