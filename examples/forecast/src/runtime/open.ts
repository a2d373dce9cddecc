import type { Runtime } from './runtime.js';

/** What can be asked for on the command line. */
export const RUNTIMES = { tfjs: ['wasm', 'cpu'] } as const;

export type RuntimeName = keyof typeof RUNTIMES;

/** Loads a runtime. Each is imported only when asked for. */
export async function openRuntime(name: RuntimeName, backend: string): Promise<Runtime> {
  switch (name) {
    case 'tfjs': {
      const { openTfjs } = await import('./tfjs/open-tfjs.js');
      return openTfjs(backend);
    }
  }
}
