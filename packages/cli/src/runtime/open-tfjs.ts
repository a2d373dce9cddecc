import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { RunnableModel } from '@synaprune/tfjs';
import type { TfjsArtifacts } from '@synaprune/tfjs-files';
import type * as tf from '@tensorflow/tfjs';

/** TensorFlow.js, loaded, and what it is. */
export interface Tfjs {
  readonly tf: typeof tf;
  /** `@tensorflow/tfjs 4.22.0 (wasm)`. */
  readonly version: string;
}

/** Loads TensorFlow.js on WebAssembly, or in plain JavaScript where that cannot be. */
export async function openTfjs(): Promise<Tfjs> {
  const loaded: typeof tf = await import('@tensorflow/tfjs');
  // It advises to install another package otherwise, on standard error.
  loaded.env().set('PROD', true);
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  if (!(await loaded.setBackend('wasm'))) await loaded.setBackend('cpu');
  return { tf: loaded, version: `@tensorflow/tfjs ${loaded.version_core} (${loaded.getBackend()})` };
}

/**
 * A model of TensorFlow.js, to run.
 *
 * @throws PruneError `bad-model` when tfjs does not take it, as one with layers that somebody wrote
 */
export async function loadTfjs({ tf }: Tfjs, artifacts: TfjsArtifacts): Promise<RunnableModel> {
  const source = tf.io.fromMemory(artifacts as tf.io.ModelArtifacts);
  try {
    return artifacts.format === 'graph-model'
      ? await tf.loadGraphModel(source)
      : await tf.loadLayersModel(source);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PruneError('bad-model', `TensorFlow.js cannot load the model: ${quote(why, 300)}`, {
      cause: error,
    });
  }
}
