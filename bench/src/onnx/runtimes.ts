import type { OnnxRuntime } from '@synaprune/onnxruntime';

/** A runtime, and what makes it use one thread. */
export interface BenchRuntime {
  readonly name: 'onnxruntime-web wasm' | 'onnxruntime-node';
  readonly ort: OnnxRuntime;
  readonly executionProviders: readonly string[];
  readonly sessionOptions: { readonly intraOpNumThreads?: number; readonly logSeverityLevel: 3 };
}

/** onnxruntime-web on WebAssembly: SIMD, one thread. */
export async function useWeb(): Promise<BenchRuntime> {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  return {
    name: 'onnxruntime-web wasm',
    ort,
    executionProviders: ['wasm'],
    sessionOptions: { logSeverityLevel: 3 },
  };
}

/** onnxruntime-node on the CPU, one thread. */
export async function useNode(): Promise<BenchRuntime> {
  // Before the runtime loads: it sends telemetry otherwise.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const ort = await import('onnxruntime-node');
  return {
    name: 'onnxruntime-node',
    ort,
    executionProviders: ['cpu'],
    sessionOptions: { intraOpNumThreads: 1, logSeverityLevel: 3 },
  };
}
