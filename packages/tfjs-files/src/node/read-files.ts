import { basename, resolve } from 'node:path';
import { PruneError } from '@synaprune/core';
import { describe, quote } from '@synaprune/core/checks';
import type { TfjsFileArtifacts } from '../artifacts/artifacts.js';
import { badModel } from '../artifacts/bad-model.js';
import { weightBytes } from '../artifacts/weight-bytes.js';
import { bytesPerElement } from '../artifacts/weight-spec.js';
import { type ManifestGroup, readModelJson, toArtifacts } from '../files/model-json.js';
import { openPlainFile, type PlainFile, readAll, realFolderOf } from './plain-file.js';

/** Longest `model.json`: text of JavaScript is no longer. */
const LARGEST_JSON = 2 ** 29 - 24;
/** Most bytes of shards whose weights do not say how many they take: strings. */
const LARGEST_STRINGS = 2 ** 31;

/**
 * Reads a `model.json` and the shards that it names, which must be plain files inside its folder that no symbolic link
 * leads to, as long as the weights in them. The result is that of {@link decodeTfjs}.
 *
 * @param path of the `model.json`
 * @throws TypeError when `path` is no path
 * @throws PruneError `file-failed` when a file cannot be read; `bad-model`; `external-data` when a shard is missing, of
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
  const text = await readJson(folder, full);
  const model = readModelJson('readTfjsFiles', text);
  const shards: { readonly file: PlainFile; readonly path: string }[] = [];
  try {
    for (const { paths, locations } of model.groups) {
      for (const [i, location] of locations.entries()) {
        const named = paths[i]!;
        const file = await openPlainFile(folder, location.split('/'), (why, cause) => {
          return new PruneError(
            'external-data',
            `the manifest names the shard ${quote(named)}, which ${why}`,
            { cause },
          );
        });
        shards.push({ file, path: named });
      }
    }
    requireSizes(model.groups, shards);
    const buffers: ArrayBuffer[] = [];
    for (const { file, path: named } of shards) {
      const bytes = new Uint8Array(file.size);
      await readAll(file, bytes, named);
      buffers.push(bytes.buffer);
    }
    return toArtifacts(model, weightBytes('readTfjsFiles', buffers));
  } finally {
    for (const { file } of shards) await file.handle.close();
  }
}

async function readJson(folder: string, path: string): Promise<Uint8Array> {
  const file = await openPlainFile(folder, [basename(path)], (why, cause) => {
    return new PruneError('file-failed', `the model is ${quote(path, 500)}, which ${why}`, { cause });
  });
  try {
    if (file.size > LARGEST_JSON) {
      throw badModel(
        `${quote(path, 500)} has ${file.size} bytes; the most of a model.json is ${LARGEST_JSON}`,
      );
    }
    const bytes = new Uint8Array(file.size);
    await readAll(file, bytes, path);
    return bytes;
  } finally {
    await file.handle.close();
  }
}

/** Before anything is read: a file may be of any size. */
function requireSizes(
  groups: readonly ManifestGroup[],
  shards: readonly { readonly file: PlainFile }[],
): void {
  let shard = 0;
  for (const [i, { paths, specs }] of groups.entries()) {
    const own = shards.slice(shard, shard + paths.length);
    shard += paths.length;
    const have = own.reduce((sum, { file }) => sum + file.size, 0);
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
