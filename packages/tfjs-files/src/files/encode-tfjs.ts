import { requireOptions, requireWhole } from '@synaprune/core/checks';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { copyJson, type JsonObject } from '../artifacts/json-tree.js';
import { openArtifacts } from '../artifacts/open-artifacts.js';
import { splitShards } from './split-shards.js';

/** How {@link encodeTfjs} splits the weights. */
export interface EncodeTfjsOptions {
  /** Most bytes of a shard. Unless told, shards that the model came in stay as they are, and new ones have 4 MiB. */
  readonly shardSizeBytes?: number;
}

/** The files of a model. */
export interface TfjsFiles {
  /** The text of `model.json`. */
  readonly modelJson: string;
  /** The shards, by the paths that `model.json` has for them, in new memory. */
  readonly shards: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
}

/**
 * Writes artifacts as a `model.json` and its shards. What {@link decodeTfjs} read comes back with the same groups, the
 * same shards and, where nobody changed them, the same bytes; artifacts of `tf.io` become one group,
 * `group1-shard1of1.bin` and so on, as the converter of TensorFlow.js names them.
 *
 * @throws TypeError | RangeError when an option or the artifacts have a wrong type or value
 * @throws PruneError `bad-model`; `external-data` when the artifacts come without weights
 *
 * @example
 * ```ts
 * import { encodeTfjs } from '@synaprune/tfjs-files';
 *
 * const { modelJson, shards } = encodeTfjs({
 *   modelTopology: { class_name: 'Dense', config: { name: 'out' } },
 *   weightSpecs: [{ name: 'out/kernel', shape: [2, 2], dtype: 'float32' }],
 *   weightData: new ArrayBuffer(16),
 * });
 * console.log(Object.keys(shards), JSON.parse(modelJson).weightsManifest[0].paths); // [ 'group1-shard1of1.bin' ] [ 'group1-shard1of1.bin' ]
 * ```
 */
export function encodeTfjs(artifacts: TfjsArtifacts, options: EncodeTfjsOptions = {}): TfjsFiles {
  requireOptions('encodeTfjs', '', options, ['shardSizeBytes']);
  const { shardSizeBytes } = options;
  if (shardSizeBytes !== undefined) requireWhole('encodeTfjs', 'shardSizeBytes', shardSizeBytes, 1);
  const opened = openArtifacts('encodeTfjs', artifacts);
  const groups = splitShards(artifacts, opened, shardSizeBytes);
  const manifest = groups.map(({ shards, weights }) => ({
    paths: shards.map(({ path }) => path),
    weights: weights.map(({ spec }) => spec),
  }));
  const json: JsonObject = {};
  for (const [key, value] of Object.entries(artifacts)) {
    if (key === 'weightsManifest') json[key] = manifest;
    else if (!OWN.has(key) && value !== undefined) json[key] = value;
  }
  json.weightsManifest ??= manifest;
  return {
    modelJson: JSON.stringify(copyJson('the artifacts', json)),
    shards: Object.fromEntries(
      groups.flatMap(({ shards }) =>
        shards.map(({ path, offset, length }) => [path, opened.bytes.read(offset, length)]),
      ),
    ),
  };
}

/** Fields of artifacts that are no part of the file. */
const OWN: ReadonlySet<string> = new Set(['weightSpecs', 'weightData', 'getWeightStream']);
