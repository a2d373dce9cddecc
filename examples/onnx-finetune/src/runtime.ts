import type { OnnxRuntime } from '@synaprune/onnxruntime';
import type { InferenceSession } from 'onnxruntime-common';

/** What can run the model, by the name of the flag. */
export const RUNTIMES = ['node', 'web'] as const;

/** A runtime, loaded, and the options of its sessions. */
export interface Runtime {
  readonly ort: OnnxRuntime;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly version: string;
}

/** Loads onnxruntime-node, or onnxruntime-web in WebAssembly, on so many threads. */
export async function openRuntime(name: (typeof RUNTIMES)[number], threads: number): Promise<Runtime> {
  // onnxruntime-node sends telemetry otherwise, and looks at this when it is loaded.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  if (name === 'node') {
    const ort: OnnxRuntime = await import('onnxruntime-node');
    return {
      ort,
      sessionOptions: { intraOpNumThreads: threads },
      version: `onnxruntime-node ${ort.env.versions.node}`,
    };
  }
  const ort: OnnxRuntime = await import('onnxruntime-web');
  ort.env.wasm.numThreads = threads;
  return { ort, sessionOptions: {}, version: `onnxruntime-web ${ort.env.versions.web} (wasm)` };
}
