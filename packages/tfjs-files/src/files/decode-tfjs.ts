import { PruneError } from '@synaprune/core';
import { describe, didYouMean, isRecord, listNames, quote } from '@synaprune/core/checks';
import type { TfjsFileArtifacts } from '../artifacts/artifacts.js';
import { weightBytes } from '../artifacts/weight-bytes.js';
import { readModelJson, toArtifacts } from './model-json.js';
import { partsOfPath } from './shard-path.js';

/** The files of a model's weights, by the names that its manifest has for them: `{ 'group1-shard1of1.bin': bytes }`. */
export type TfjsShards = Readonly<Record<string, Uint8Array>>;

/**
 * Puts a `model.json` and its shards together to artifacts, as `tf.io` passes them around. All fields are kept, also
 * `weightsManifest`, by which {@link encodeTfjs} writes the same groups and shards again. `weightData` is a list, one
 * new buffer a shard; nothing that was given is changed.
 *
 * @param modelJson text, bytes or what `JSON.parse` makes of them
 * @param shards all that the manifest names, and no other
 * @throws TypeError when they are nothing of the kind
 * @throws PruneError `bad-model` when the JSON is no model; `external-data` when a shard is missing, given for nothing,
 *   named by a path that leads elsewhere, or longer or shorter than the weights in it
 *
 * @example
 * ```ts
 * import { decodeTfjs } from '@synaprune/tfjs-files';
 *
 * const weights = [{ name: 'out/kernel', shape: [2, 2], dtype: 'float32' }];
 * const artifacts = decodeTfjs(
 *   { modelTopology: { class_name: 'Dense', config: { name: 'out' } }, weightsManifest: [{ paths: ['a.bin'], weights }] },
 *   { 'a.bin': new Uint8Array(16) },
 * );
 * console.log(artifacts.weightSpecs?.map(({ name }) => name)); // [ 'out/kernel' ]
 * ```
 */
export function decodeTfjs(
  modelJson: string | Uint8Array | object,
  shards: TfjsShards = {},
): TfjsFileArtifacts {
  if (!isRecord(shards) || ArrayBuffer.isView(shards) || shards instanceof Map) {
    throw new TypeError(
      `decodeTfjs needs shards to be an object of names to bytes, { "group1-shard1of1.bin": bytes }, got ${describe(shards)}`,
    );
  }
  const model = readModelJson('decodeTfjs', modelJson);
  const given = new Map<string, { readonly name: string; readonly bytes: Uint8Array }>();
  for (const [name, bytes] of Object.entries(shards)) {
    if (!(bytes instanceof Uint8Array)) {
      throw new TypeError(`decodeTfjs needs ${quote(name)} to be a Uint8Array, got ${describe(bytes)}`);
    }
    const location = partsOfPath(name).join('/');
    if (given.has(location)) {
      const names = listNames([given.get(location)!.name, name]);
      throw new PruneError('external-data', `the shards ${names} are one file`);
    }
    given.set(location, { name, bytes });
  }
  const locations = model.groups.flatMap((group) => group.locations);
  const missing = locations.filter((location) => !given.has(location));
  if (missing.length > 0) {
    throw new PruneError(
      'external-data',
      `the manifest names the shards ${listNames(missing)}, which were not given; given were ` +
        listNames([...given.keys()]),
    );
  }
  const unused = [...given.keys()].filter((location) => !locations.includes(location));
  if (unused.length > 0) {
    const near = unused.length === 1 ? didYouMean(unused[0], locations) : '';
    throw new PruneError(
      'external-data',
      `the shards ${listNames(unused)} were given, which the manifest does not name; it names ${listNames(locations)}${near}`,
    );
  }
  const buffers = locations.map((location) => Uint8Array.from(given.get(location)!.bytes).buffer);
  return toArtifacts(model, weightBytes('decodeTfjs', buffers));
}
