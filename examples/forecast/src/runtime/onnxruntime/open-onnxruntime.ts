import type { Runtime } from '../runtime.js';
import { createOnnxForecaster } from './forecaster.js';
import { loadOnnxRuntime } from './load.js';
import { openPacked, packSaved } from './saved-model.js';

/**
 * ONNX Runtime on one thread of this process.
 *
 * @param backend `node` or `wasm`
 * @throws Error when it cannot be loaded
 */
export async function openOnnxRuntime(backend: string): Promise<Runtime> {
  const { ort, versions } = await loadOnnxRuntime(backend);
  return {
    name: 'onnxruntime',
    backend,
    versions,
    createForecaster: (plan) => createOnnxForecaster(ort, plan),
    pack: packSaved,
    openPacked: (bytes, window) => openPacked(ort, bytes, window),
  };
}
