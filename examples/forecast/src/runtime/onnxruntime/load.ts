import { isMainThread } from 'node:worker_threads';
import type { OnnxRuntime } from '@synaprune/onnxruntime';

/** A package of ONNX Runtime, loaded. */
export interface LoadedOnnxRuntime {
  readonly ort: OnnxRuntime;
  /** By package. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * `node` is onnxruntime-node, native code; `wasm` is onnxruntime-web on one thread.
 *
 * @throws Error when the package cannot be loaded, saying what to do instead
 */
export async function loadOnnxRuntime(backend: string): Promise<LoadedOnnxRuntime> {
  if (backend === 'wasm') {
    const ort = await import('onnxruntime-web');
    ort.env.wasm.numThreads = 1;
    return { ort, versions: { 'onnxruntime-web': ort.env.versions.web ?? ort.env.versions.common } };
  }
  silenceTelemetry();
  try {
    const ort = await import('onnxruntime-node');
    return { ort, versions: { 'onnxruntime-node': ort.env.versions.node ?? ort.env.versions.common } };
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0];
    throw new Error(
      `onnxruntime-node cannot be loaded here (${reason}); take --backend wasm, which runs everywhere, ` +
        'or install it: npm install onnxruntime-node',
      { cause },
    );
  }
}

/**
 * onnxruntime-node sends telemetry unless the process's environment says otherwise when it is loaded. In a
 * worker `process.env` is a copy that native code does not see, so the main thread has to say it.
 *
 * @throws Error in a worker of a process that did not
 */
export function silenceTelemetry(): void {
  if (process.env.ORT_DISABLE_TELEMETRY === '1') return;
  if (!isMainThread) {
    throw new Error(
      'onnxruntime-node would send telemetry: set ORT_DISABLE_TELEMETRY=1 before the worker starts',
    );
  }
  process.env.ORT_DISABLE_TELEMETRY = '1';
}
