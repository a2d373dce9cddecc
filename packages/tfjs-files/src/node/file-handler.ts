import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { describe } from '@synaprune/core/checks';
import type { TfjsArtifacts, TfjsFileArtifacts } from '../artifacts/artifacts.js';
import { readTfjsFiles } from './read-files.js';
import { writeTfjsFiles } from './write-files.js';

/** What `tf.loadLayersModel`, `tf.loadGraphModel` and `model.save` take in place of an address. */
export interface TfjsFileHandler {
  /** @throws as {@link readTfjsFiles} */
  readonly load: () => Promise<TfjsFileArtifacts>;
  /** Makes the folder where there is none. @throws as {@link writeTfjsFiles} */
  readonly save: (artifacts: TfjsArtifacts) => Promise<{
    readonly modelArtifactsInfo: { readonly dateSaved: Date; readonly modelTopologyType: 'JSON' };
  }>;
}

/**
 * A `model.json` on disk for TensorFlow.js in plain Node, where `file://` is known to tfjs-node alone: models are
 * loaded from it and saved to it.
 *
 * @param path of the `model.json`
 * @throws TypeError when `path` is no path
 *
 * @example
 * ```ts no-run
 * import { tfjsFileHandler } from '@synaprune/tfjs-files/node';
 * import * as tf from '@tensorflow/tfjs';
 *
 * const model = await tf.loadLayersModel(tfjsFileHandler('models/model.json'));
 * await model.save(tfjsFileHandler('copy/model.json'));
 * ```
 */
export function tfjsFileHandler(path: string): TfjsFileHandler {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(`tfjsFileHandler needs the path of a model.json, got ${describe(path)}`);
  }
  if (path.startsWith('file:')) {
    throw new TypeError(
      `tfjsFileHandler needs a path, got the address ${path}: fileURLToPath of node:url makes one of it`,
    );
  }
  const full = resolve(path);
  return {
    load: () => readTfjsFiles(full),
    save: async (artifacts) => {
      await mkdir(dirname(full), { recursive: true });
      await writeTfjsFiles(full, artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
  };
}
