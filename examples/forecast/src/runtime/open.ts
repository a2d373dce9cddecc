import type { Runtime } from './runtime.js';

/** What can be asked for on the command line, each with its backends, the default one first. */
export const RUNTIMES = { onnxruntime: ['node', 'wasm'], tfjs: ['wasm', 'cpu'] } as const;

export type RuntimeName = keyof typeof RUNTIMES;

/** A backend to run on, and why it is not the first choice. */
export interface ChosenBackend {
  readonly backend: string;
  /** What was missing; `null` where nothing was. */
  readonly remark: string | null;
}

/** The backend that was asked for, or else the runtime's first, or where native code does not load WebAssembly. */
export async function chooseBackend(name: RuntimeName, asked: string | null): Promise<ChosenBackend> {
  const [first] = RUNTIMES[name];
  if (asked !== null || first !== 'node') return { backend: asked ?? first, remark: null };
  const { loadOnnxRuntime } = await import('./onnxruntime/load.js');
  try {
    await loadOnnxRuntime(first);
    return { backend: first, remark: null };
  } catch (error) {
    const [reason] = (error as Error).message.split('; take ');
    return {
      backend: 'wasm',
      remark: `${reason}; trained on WebAssembly instead, which takes longer`,
    };
  }
}

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
