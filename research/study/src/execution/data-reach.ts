import { join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { BUILT_IN_NAMES } from '@synaprune/examples-kit/built-in/built-in';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import { type LoadedSeries, loadSeries } from '../data/load-series.js';

/**
 * Which series a process may read. The runs of a study of this machine name files that its own user named: `anywhere`.
 * Runs out of a queue may name any path, and whoever may write to a queue may not read the machine: built-in series,
 * and files of one folder.
 */
export type DataReach =
  | { readonly kind: 'anywhere' }
  | { readonly kind: 'folder'; readonly folder: string | null };

export const ANYWHERE: DataReach = { kind: 'anywhere' };

/**
 * Loads a series within reach. In a folder it is looked for under the last part of its path, since machines keep
 * their files at different places; links are not followed.
 *
 * @throws PruneError `bad-data`. Within a folder the message goes back to whoever wrote the job, and has nothing in it
 *   of what the file holds; that is in its `cause`, for the terminal of this machine
 */
export function loadWithin(
  reach: DataReach,
  { source, target }: { readonly source: string; readonly target: string },
): LoadedSeries {
  if (reach.kind === 'anywhere' || BUILT_IN_NAMES.includes(source)) return loadSeries({ source, target });
  const name = source.split(/[/\\]/).at(-1)!;
  const shown = nameText(name);
  if (reach.folder === null) {
    throw new PruneError(
      'bad-data',
      `this worker reads built-in series only, got ${shown}; start it with --data-folder and the folder of that file`,
    );
  }
  if (name === '' || name === '.' || name === '..') {
    throw new PruneError('bad-data', `a series needs the name of a file, got ${nameText(source)}`);
  }
  try {
    return loadSeries({ source: join(reach.folder, name), target }, reach.folder);
  } catch (cause) {
    throw new PruneError(
      'bad-data',
      `this worker cannot read ${shown} of its --data-folder as the series of the study; its own terminal says why`,
      { cause },
    );
  }
}
