import type { Runtime } from './runtime.js';

/** What can be asked for on the command line, each with its backends, the default one first. */
export const RUNTIMES = { tfjs: ['wasm', 'cpu'], onnxruntime: ['node', 'wasm'] } as const;

export type RuntimeName = keyof typeof RUNTIMES;

/** Loads a runtime. Each is imported only when asked for. */
export async function openRuntime(name: RuntimeName, backend: string): Promise<Runtime> {
  switch (name) {
    case 'tfjs': {
      const { openTfjs } = await import('./tfjs/open-tfjs.js');
      return openTfjs(backend);
    }
    case 'onnxruntime': {
      const { openOnnxRuntime } = await import('./onnxruntime/open-onnxruntime.js');
      return openOnnxRuntime(backend);
    }
  }
}
