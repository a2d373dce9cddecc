import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PruneError } from '@synaprune/core';
import type { OnnxRuntime } from '@synaprune/onnxruntime';

/** What can run ONNX models, by the name of the flag. */
export type RuntimeName = 'node' | 'web';

/** A runtime, loaded, and what it is. */
export interface Runtime {
  readonly ort: OnnxRuntime;
  /** `onnxruntime-node 1.30.0`. */
  readonly version: string;
}

/**
 * Loads onnxruntime-node where it is installed, beside this package or in the project one is in, else onnxruntime-web in
 * WebAssembly, which always is. One thread: what is compared is compared alike, and other work goes on.
 *
 * @param name only this one
 * @throws PruneError `no-runtime`
 */
export async function openRuntime(name?: RuntimeName): Promise<Runtime> {
  // onnxruntime-node sends telemetry otherwise, and looks at this when it is loaded.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  if (name !== 'web') {
    const native = await loadNative();
    if (native !== undefined)
      return { ort: native, version: `onnxruntime-node ${native.env.versions.node ?? ''}` };
    if (name === 'node') {
      throw new PruneError(
        'no-runtime',
        '--runtime node needs onnxruntime-node: npm install onnxruntime-node',
      );
    }
  }
  const ort: OnnxRuntime = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  return { ort, version: `onnxruntime-web ${ort.env.versions.web ?? ''} (wasm)` };
}

async function loadNative(): Promise<OnnxRuntime | undefined> {
  try {
    return await import('onnxruntime-node');
  } catch {
    // Not beside this package, as under npx; the project may have it.
  }
  try {
    const path = createRequire(join(process.cwd(), 'package.json')).resolve('onnxruntime-node');
    const loaded: OnnxRuntime & { readonly default?: OnnxRuntime } = await import(pathToFileURL(path).href);
    return loaded.default ?? loaded;
  } catch {
    return undefined;
  }
}
