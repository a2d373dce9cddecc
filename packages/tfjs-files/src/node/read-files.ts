import { basename, resolve } from 'node:path';
import { PruneError } from '@synaprune/core';
import { describe, quote } from '@synaprune/core/checks';
import { realFolderOf, requireOneState, settleFolder, watchFiles } from '@synaprune/files';
import type { TfjsFileArtifacts } from '../artifacts/artifacts.js';
import { badModel } from '../artifacts/bad-model.js';
import { weightBytes } from '../artifacts/weight-bytes.js';
import { bytesPerElement } from '../artifacts/weight-spec.js';
import { type ManifestGroup, readModelJson, toArtifacts } from '../files/model-json.js';
import { openBelow, type PlainFile, readWhole } from './plain-file.js';

/** Longest `model.json`: text of JavaScript is no longer. */
const LARGEST_JSON = 2 ** 29 - 24;
/** Most bytes of shards whose weights do not say how many they take: strings. */
const LARGEST_STRINGS = 2 ** 31;

/**
 * Reads a `model.json` and the shards that it names, which must be plain files inside its folder that no symbolic link
 * leads to, as long as the weights in them. The result is that of {@link decodeTfjs}. All of them are of one state: what
 * another run replaces or writes to meanwhile is an error. What a run that was killed had begun to replace there is put
 * back first.
 *
 * @param path of the `model.json`
 * @throws TypeError when `path` is no path
 * @throws PruneError `file-failed` when a file cannot be read, or is replaced or written to while it is; `bad-model`; `external-data` when a shard is missing, of
 *   another length than its weights, or not where it may be
 *
 * @example
 * ```ts no-run
 * import { findTfjsWeights } from '@synaprune/tfjs-files';
 * import { readTfjsFiles } from '@synaprune/tfjs-files/node';
 *
 * for (const { place, pruned, reason } of findTfjsWeights(await readTfjsFiles('models/model.json'))) {
 *   console.log(place, pruned, reason);
 * }
 * ```
 */
export async function readTfjsFiles(path: string): Promise<TfjsFileArtifacts> {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(`readTfjsFiles needs the path of a model.json, got ${describe(path)}`);
  }
  const full = resolve(path);
  const folder = await realFolderOf(full);
  // A run that was killed may have left new shards beside an old model.
  await settleFolder(folder);
  const open: PlainFile[] = [];
  try {
    const own = await openBelow(folder, [basename(full)], (why, cause) => {
      return new PruneError('file-failed', `the model is ${quote(path, 500)}, which ${why}`, { cause });
    });
    open.push(own);
    const model = readModelJson('readTfjsFiles', await readJson(own));
    const shards: PlainFile[] = [];
    for (const { paths, locations } of model.groups) {
      for (const [i, location] of locations.entries()) {
        const shard = await openBelow(folder, location.split('/'), (why, cause) => {
          const named = quote(paths[i]!);
          return new PruneError('external-data', `the manifest names the shard ${named}, which ${why}`, {
            cause,
          });
        });
        open.push(shard);
        shards.push(shard);
      }
    }
    requireSizes(model.groups, shards);
    await requireOneState(folder, open);
    const watched = await watchFiles(open);
    const buffers: ArrayBuffer[] = [];
    for (const shard of shards) buffers.push((await readWhole(shard)).buffer);
    await watched.requireUnchanged();
    return toArtifacts(model, weightBytes('readTfjsFiles', buffers));
  } finally {
    for (const { handle } of open) await handle.close();
  }
}

async function readJson(file: PlainFile): Promise<Uint8Array> {
  if (file.size <= LARGEST_JSON) return await readWhole(file);
  throw badModel(
    `${quote(file.path, 500)} has ${file.size} bytes; the most of a model.json is ${LARGEST_JSON}`,
  );
}

/** Before anything is read: a file may be of any size. */
function requireSizes(groups: readonly ManifestGroup[], shards: readonly PlainFile[]): void {
  let shard = 0;
  for (const [i, { paths, specs }] of groups.entries()) {
    const own = shards.slice(shard, shard + paths.length);
    shard += paths.length;
    const have = own.reduce((sum, { size }) => sum + size, 0);
    const needs = specs.map((spec) => (bytesPerElement(spec) ?? 0) * spec.elements);
    const need = needs.reduce((sum, each) => sum + each, 0);
    const hasStrings = specs.some((spec) => bytesPerElement(spec) === undefined);
    const fits = hasStrings ? have >= need && have - need <= LARGEST_STRINGS : have === need;
    if (fits) continue;
    throw new PruneError(
      'external-data',
      `the shards of weightsManifest[${i}] have ${have} bytes, and its weights take ${hasStrings ? 'at least ' : ''}${need}`,
    );
  }
}
