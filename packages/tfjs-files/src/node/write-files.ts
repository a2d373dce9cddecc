import { basename, resolve } from 'node:path';
import { PruneError } from '@synaprune/core';
import { describe, quote } from '@synaprune/core/checks';
import { openOutput, realFolderOf, settleFolder, writeAll } from '@synaprune/files';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { type EncodeTfjsOptions, encodeTfjs } from '../files/encode-tfjs.js';
import { partsOfPath } from '../files/shard-path.js';
import { requireOwnShards } from './own-shards.js';

/**
 * Writes artifacts as a `model.json` and its shards beside it, as {@link encodeTfjs} makes them. A model that is there is
 * replaced; a shard that is there and is none of its is another model's, and stays: every model needs a folder of its own. All of them are written under temporary names first, and take their own names at the end, all or none:
 * when anything fails, or a signal ends the process, what was there is there; after a kill the next run that reads or
 * writes there puts it back.
 *
 * @param path of the `model.json`; its folder must be there
 * @throws TypeError | RangeError when `path` is no path, or the artifacts or an option have a wrong type or value
 * @throws PruneError `file-failed` when a file cannot be written, or is another model's; `bad-model`; `external-data` when the artifacts come
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
  const name = basename(full);
  const files = Object.entries(shards).map(([path, bytes]) => ({
    target: partsOfPath(path).join('/'),
    bytes,
  }));
  if (files.some(({ target }) => target === name)) {
    throw new PruneError('file-failed', `${quote(path, 500)} is the name of a shard of the model too`);
  }
  await settleFolder(folder);
  await requireOwnShards(folder, name, files);
  files.push({ target: name, bytes: new TextEncoder().encode(modelJson) });
  const output = await openOutput(
    folder,
    files.map(({ target }) => target),
  );
  try {
    for (const { target, bytes } of files) await writeAll(await output.create(target), bytes, 0);
    await output.publish();
  } catch (cause) {
    await output.discard();
    if (cause instanceof PruneError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new PruneError(
      'file-failed',
      `the files cannot be written in ${quote(folder, 500)} (${code ?? 'failed'}); all are as they were`,
      { cause },
    );
  }
}
