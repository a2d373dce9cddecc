import { basename, join, resolve } from 'node:path';
import { PruneError } from '@synaprune/core';
import { describe, quote } from '@synaprune/core/checks';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { type EncodeTfjsOptions, encodeTfjs } from '../files/encode-tfjs.js';
import { partsOfPath } from '../files/shard-path.js';
import { realFolderOf } from './plain-file.js';
import { replaceFiles } from './replace-files.js';

/**
 * Writes artifacts as a `model.json` and its shards beside it, as {@link encodeTfjs} makes them; files of these names
 * are replaced. All of them are written under temporary names first, and take their own names at the end, `model.json`
 * last; when anything fails, what was there is put back. A process that is killed while names change may leave new
 * shards beside an old `model.json`.
 *
 * @param path of the `model.json`; its folder must be there
 * @throws TypeError | RangeError when `path` is no path, or the artifacts or an option have a wrong type or value
 * @throws PruneError `file-failed` when a file cannot be written; `bad-model`; `external-data` when the artifacts come
 *   without weights, or name a shard that would lie outside the folder
 *
 * @example
 * ```ts no-run
 * import { pruneTfjs } from '@synaprune/tfjs-files';
 * import { readTfjsFiles, writeTfjsFiles } from '@synaprune/tfjs-files/node';
 *
 * const { artifacts } = await pruneTfjs(await readTfjsFiles('models/model.json'), { sparsity: 0.5 });
 * await writeTfjsFiles('pruned/model.json', artifacts);
 * ```
 */
export async function writeTfjsFiles(
  path: string,
  artifacts: TfjsArtifacts,
  options: EncodeTfjsOptions = {},
): Promise<void> {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(`writeTfjsFiles needs the path of a model.json, got ${describe(path)}`);
  }
  const full = resolve(path);
  const { modelJson, shards } = encodeTfjs(artifacts, options);
  const folder = await realFolderOf(full);
  const files = Object.entries(shards).map(([name, bytes]) => ({ parts: partsOfPath(name), bytes }));
  const own = files.find(({ parts }) => join(...parts) === basename(full));
  if (own !== undefined) {
    throw new PruneError('file-failed', `${quote(path, 500)} is the name of a shard of the model too`);
  }
  files.push({ parts: [basename(full)], bytes: new TextEncoder().encode(modelJson) });
  await replaceFiles(folder, files);
}
