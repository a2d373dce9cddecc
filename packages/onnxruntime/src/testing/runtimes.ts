import type { ExecutionProviders, OnnxRuntime } from '../index.js';

/** A runtime, loaded, and what to run on. */
export interface TestRuntime {
  readonly name: string;
  readonly ort: OnnxRuntime;
  readonly executionProviders: ExecutionProviders;
}

/** onnxruntime-node on the CPU. */
export async function useNode(): Promise<TestRuntime> {
  // Before the runtime loads: it sends telemetry otherwise.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const ort = await import('onnxruntime-node');
  return { name: 'onnxruntime-node', ort, executionProviders: ['cpu'] };
}

/** onnxruntime-web on WebAssembly, in Node. */
export async function useWasm(): Promise<TestRuntime> {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  return { name: 'onnxruntime-web', ort, executionProviders: ['wasm'] };
}
