import { dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { Journal, JournalEntry } from './journal.js';
import { JOURNAL, temporaryNames } from './names.js';
import { owner } from './owner.js';
import { errorCode, type System } from './system.js';
import { forget, undo } from './undo.js';

/** A new file under its temporary name, by paths below the folder. */
export interface Draft {
  readonly target: string;
  readonly draft: string;
  readonly old: string;
}

/** Another run publishes into the folder, or did and was killed: its journal is there. */
export const TAKEN: unique symbol = Symbol('taken');

/**
 * Gives new files their names, all or none, in one go: no signal comes between, as nothing here waits.
 *
 * 1. Every target is looked at; one that is a folder or a device ends it before anything is touched.
 * 2. A journal with what each target was and will be goes down to the disk. It is a lock as well.
 * 3. Target by target: what is there gets a second name (a hard link; where there are none, it is renamed), and the
 *    new file takes its place.
 * 4. The second names and then the journal are removed.
 *
 * A failure puts everything back. A kill leaves the journal, by which the next run puts everything back, or, where
 * every target was new already, clears away the second names.
 *
 * @throws PruneError `file-failed`
 */
export function publish(folder: string, drafts: readonly Draft[], files: System): typeof TAKEN | undefined {
  const entries = drafts.map((draft): JournalEntry => {
    const was = requireReplaceable(folder, draft.target, files);
    return { ...draft, was, is: files.identify(join(folder, draft.draft))!.identity };
  });
  if (!writeJournal(folder, { version: 1, owner, entries }, files)) return TAKEN;
  const folders = new Set(entries.map(({ target }) => dirname(join(folder, target))));
  try {
    for (const entry of entries) replace(folder, entry, files);
    for (const each of folders) files.sync(each);
  } catch (cause) {
    putBack(folder, entries, files, cause);
  }
  try {
    forget(folder, entries, files);
    files.unlink(join(folder, JOURNAL));
  } catch {
    // All is published. With the journal there, the next run clears away what is left.
  }
  return undefined;
}

/** What a target is; nothing where there is none. @throws PruneError `file-failed` when it cannot be replaced */
export function requireReplaceable(folder: string, target: string, files: System): string | null {
  const path = join(folder, target);
  const found = files.identify(path);
  if (found?.kind !== 'other') return found?.identity ?? null;
  throw new PruneError(
    'file-failed',
    `${quote(path, 500)} cannot be written: there is something by this name that is no file`,
  );
}

function replace(folder: string, { target, draft, old, was }: JournalEntry, files: System): void {
  const path = join(folder, target);
  if (was !== null) keep(path, join(folder, old), files);
  files.rename(join(folder, draft), path);
}

/** A second name for what is there, so that the first never names nothing; where that cannot be, the only one. */
function keep(path: string, old: string, files: System): void {
  try {
    if (files.identify(path)?.kind === 'file') {
      files.link(path, old);
      return;
    }
  } catch {
    // Not every file system has hard links, and not every file may get one.
  }
  files.rename(path, old);
}

function putBack(folder: string, entries: readonly JournalEntry[], files: System, cause: unknown): never {
  const failed = `the files in ${quote(folder, 500)} cannot be written (${errorCode(cause) ?? 'failed'})`;
  try {
    undo(folder, entries, files);
    files.unlink(join(folder, JOURNAL));
  } catch {
    throw new PruneError(
      'file-failed',
      `${failed}, and what was there could not all be put back; it is in .synaprune-….old files, and the next run ` +
        'tries again',
      { cause },
    );
  }
  throw new PruneError('file-failed', `${failed}; all are as they were`, { cause });
}

/** Whether there was none; then it is there, whole and on the disk. */
function writeJournal(folder: string, journal: Journal, files: System): boolean {
  const path = join(folder, JOURNAL);
  const draft = join(folder, temporaryNames(0).draft);
  const text = JSON.stringify(journal);
  let made = false;
  try {
    if (files.identify(path) !== undefined) return false;
    files.write(draft, text);
    try {
      // Under its own name it is whole from the beginning, and no other is overwritten.
      files.link(draft, path);
      made = true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      files.write(path, text);
      made = true;
    } finally {
      files.unlink(draft);
    }
    files.sync(folder);
    return true;
  } catch (cause) {
    if (made) files.unlink(path);
    if (!made && errorCode(cause) === 'EEXIST') return false;
    throw new PruneError(
      'file-failed',
      `the files in ${quote(folder, 500)} cannot be written (${errorCode(cause) ?? 'failed'}); all are as they were`,
      { cause },
    );
  }
}
