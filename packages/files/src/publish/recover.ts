import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { type Journal, readJournal } from './journal.js';
import { JOURNAL, readName } from './names.js';
import { stateOf } from './owner.js';
import { errorCode, type System, system } from './system.js';
import { forget, isComplete, undo } from './undo.js';

/** How often a folder is looked at again that another run publishes into, which takes it a few milliseconds. */
const TRIES = 500;
const PAUSE_MS = 20;

/**
 * Brings a folder into a state that one whole run left: what a killed run had begun to replace is put back, or,
 * where it had replaced everything, what it kept is cleared away. Then removes the drafts of runs that were killed.
 * Files of runs that still go on, or of which nobody can say, are left alone.
 *
 * Who reads files that belong together does this first, and {@link requireOneState} when all of them are open.
 *
 * @param folder real
 * @param folders those that drafts may lie in
 * @throws PruneError `file-failed` when another run does not finish, or what a killed one left cannot be put right
 *
 * @example
 * ```ts no-run
 * import { realFolderOf, settleFolder } from '@synaprune/files';
 *
 * await settleFolder(await realFolderOf('models/model.json'));
 * ```
 */
export async function settleFolder(
  folder: string,
  folders: readonly string[] = [],
  files: System = system,
): Promise<void> {
  for (let i = 0; recover(folder, files) === 'busy'; i += 1) {
    if (i === TRIES) {
      throw new PruneError(
        'file-failed',
        `another run is replacing files in ${quote(folder, 500)}, and does not finish`,
      );
    }
    await delay(PAUSE_MS);
  }
  for (const each of new Set(folders)) removeDrafts(each, files);
}

/** Without waiting: `busy` where another run is about to finish. */
export function recover(folder: string, files: System): 'clear' | 'busy' {
  const path = join(folder, JOURNAL);
  const seen = files.identify(path)?.identity;
  const journal = readJournal(folder);
  if (journal === undefined) return 'clear';
  const state = stateOf(journal.owner);
  if (state === 'alive') return 'busy';
  if (state === 'unknown') throw cannotTell(folder);
  requireInside(folder, journal);
  try {
    if (isComplete(folder, journal.entries, files)) forget(folder, journal.entries, files);
    else undo(folder, journal.entries, files);
    for (const { target } of journal.entries) files.sync(dirname(join(folder, target)));
    // Another run may have put right the same, and a third begun to publish.
    if (files.identify(path)?.identity === seen) files.unlink(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'busy';
    if (error instanceof PruneError) throw error;
    throw new PruneError(
      'file-failed',
      `what a run that was killed had begun to replace in ${quote(folder, 500)} cannot be put back`,
      { cause: error },
    );
  }
  return 'clear';
}

/** That no link leads from the folder to where a journal's files would be. */
function requireInside(folder: string, { entries }: Journal): void {
  for (const { target } of entries) {
    const wanted = dirname(join(folder, target));
    if (realpathSync(wanted) === wanted) continue;
    throw new PruneError(
      'file-failed',
      `a run that was killed was replacing files in ${quote(wanted, 500)}, which a symbolic link leads to now`,
    );
  }
}

function removeDrafts(folder: string, files: System): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    // It is not there yet.
    return;
  }
  for (const name of names) {
    const read = readName(name);
    // What is old may be the only copy there is.
    if (read?.kind !== 'draft' || stateOf(read.owner) !== 'dead') continue;
    try {
      if (files.identify(join(folder, name))?.kind === 'file') files.unlink(join(folder, name));
    } catch {
      // Another run was faster, or it is not for this user to remove.
    }
  }
}

function cannotTell(folder: string): PruneError {
  return new PruneError(
    'file-failed',
    `a run on another machine or in another container is replacing files in ${quote(folder, 500)}, or was killed at ` +
      `it; if it was, run again there, or rename its .synaprune-….old files to what they were and remove ` +
      `${quote(JOURNAL)}`,
  );
}
