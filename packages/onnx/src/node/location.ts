import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { quote } from '@synaprune/core/checks';
import { isRefusal, openPlainFile } from '@synaprune/files';
import { outOfBounds } from '../view/out-of-bounds.js';
import { type OpenRules, reasonOf } from './open-rules.js';

/** A file that external data comes from. */
export interface DataFile {
  /** As the model writes it. */
  readonly name: string;
  readonly parts: readonly string[];
  readonly handle: FileHandle;
  readonly size: number;
  /** Whether the system told what was opened. */
  readonly proven: boolean;
}

/**
 * Opens a data file: a plain file in the model's folder that no link leads to, unless links were asked for, and
 * that has one name only, unless it is only read, because writing another name of it would change what is outside.
 *
 * @param folder the model's, real
 * @throws PruneError `external-data`
 */
export async function openDataFile(
  folder: string,
  parts: readonly string[],
  place: string,
  rules: OpenRules,
): Promise<DataFile> {
  const name = parts.join('/');
  const refuse = (why: string, cause?: unknown) =>
    outOfBounds(place, `its data in ${quote(name)}, which ${why}`, cause);
  const opened = await openPlainFile(join(folder, ...parts), rules);
  if (isRefusal(opened)) throw refuse(reasonOf(opened, rules), opened.cause);
  const { handle, size, hardLinks, proven } = opened;
  if (hardLinks === 1 || (rules.onlyRead === true && hardLinks > 0))
    return { name, parts, handle, size, proven };
  await handle.close();
  throw refuse(hardLinks > 1 ? 'is a hard link' : 'was removed while it was opened');
}
