import type { OnnxRuntime } from '@synaprune/onnxruntime';
import { NotRunError, requireWebAssembly } from './no-runtime';

let opened: Promise<OnnxRuntime> | undefined;

/**
 * ONNX Runtime in WebAssembly, of the page's own files, loaded when it is first needed.
 *
 * @throws NotRunError where it cannot be had
 */
export async function openOnnxRuntime(): Promise<OnnxRuntime> {
  requireWebAssembly();
  opened ??= load().catch((error: unknown) => {
    opened = undefined;
    throw new NotRunError(
      'the runtime’s own files, 14\u00a0MB that belong to this page, did not arrive. Reload the page to try again',
      { cause: error },
    );
  });
  return opened;
}

async function load(): Promise<OnnxRuntime> {
  const [ort, { default: wasm }] = await Promise.all([
    import('onnxruntime-web/wasm'),
    import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
  ]);
  // One thread: more would need a page that is isolated from all others.
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm };
  ort.env.logLevel = 'fatal';
  return ort;
}
