import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { readModelJson } from '../files/model-json.js';
import { openBelow, readWhole } from './plain-file.js';

/**
 * That no shard takes the place of one of another model: what is there already is named by the `model.json` that is
 * replaced with it, or holds the same bytes.
 *
 * @param folder real
 * @param name of the `model.json`
 * @param shards by their paths below the folder
 * @throws PruneError `file-failed`
 */
export async function requireOwnShards(
  folder: string,
  name: string,
  shards: readonly { readonly target: string; readonly bytes: Uint8Array }[],
): Promise<void> {
  const own = await shardsOf(folder, name);
  for (const { target, bytes } of shards) {
    if (own.has(target)) continue;
    const path = join(folder, target);
    const there = await lstat(path).catch(() => undefined);
    // What is no file is refused when it is to be replaced.
    if (there?.isFile() !== true) continue;
    if (there.size === bytes.length && Buffer.compare(await readFile(path), bytes) === 0) continue;
    throw new PruneError(
      'file-failed',
      `${quote(path, 500)} is there, holds other weights and is no shard of the ${quote(name)} beside it; ` +
        'a model needs a folder of its own',
    );
  }
}

/** The shards of the model that is there, by their paths below the folder; none where there is no model. */
async function shardsOf(folder: string, name: string): Promise<ReadonlySet<string>> {
  try {
    const file = await openBelow(folder, [name], (why) => new Error(why));
    try {
      const { groups } = readModelJson('writeTfjsFiles', await readWhole(file));
      return new Set(groups.flatMap(({ locations }) => locations));
    } finally {
      await file.handle.close();
    }
  } catch {
    return new Set();
  }
}
