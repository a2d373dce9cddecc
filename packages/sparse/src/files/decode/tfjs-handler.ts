import type { TfjsArtifacts } from './model.js';
import { nodeFileHint } from './node-files.js';
import type { PackedSource } from './source.js';
import { type UnpackOptions, unpack } from './unpack.js';

/** What `tf.loadLayersModel` and `tf.loadGraphModel` load from: a `tf.io.IOHandler`. */
export interface TfjsHandler {
  readonly load: () => Promise<TfjsArtifacts>;
}

/**
 * Lets TensorFlow.js load a packed model: `tf.loadLayersModel(packedTfjs('model.synp'))`. Nothing is fetched before it
 * is asked to load, and a source that can be read once is good for one model. Node fetches no files: there it takes the
 * bytes, `packedTfjs(await readFile('model.synp'))`.
 *
 * @example
 * ```ts
 * import { pack, packedTfjs } from '@synaprune/sparse';
 *
 * const { bytes } = await pack({ modelTopology: { class_name: 'Sequential' }, weightSpecs: [] });
 * const handler = packedTfjs(bytes); // or an address
 * console.log(await handler.load()); // { modelTopology: { class_name: 'Sequential' }, weightSpecs: [] }
 * ```
 *
 * @param options of `unpack`; the kind is known
 */
export function packedTfjs(source: PackedSource, options: Omit<UnpackOptions, 'kind'> = {}): TfjsHandler {
  return {
    load: () =>
      unpack(source, { ...options, kind: 'tfjs' }).catch((error: Error) => {
        error.message += nodeFileHint(source, error);
        throw error;
      }),
  };
}
