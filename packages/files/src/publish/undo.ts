import { basename, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { JournalEntry } from './journal.js';
import type { System } from './system.js';

/**
 * Puts back what was there before a publishing, however far it came. Harmless when repeated, also after it was cut
 * short itself.
 *
 * @throws PruneError `file-failed`, before anything is changed, when somebody else has written to a target since
 */
export function undo(folder: string, entries: readonly JournalEntry[], files: System): void {
  const states = entries.map((entry) => {
    const target = files.identify(join(folder, entry.target))?.identity;
    const old = files.identify(join(folder, entry.old))?.identity;
    const known = target === undefined || target === entry.is || target === entry.was;
    const keepable = target !== entry.is || entry.was === null || old === entry.was;
    if (!known || !keepable) throw changedSince(folder, entry);
    return { entry, target, old };
  });
  for (const { entry, target, old } of states) {
    const path = join(folder, entry.target);
    if (target !== entry.was && old !== undefined) files.rename(join(folder, entry.old), path);
    else if (target === entry.is) files.unlink(path);
    else if (old !== undefined) files.unlink(join(folder, entry.old));
    removeDraft(folder, entry, files);
  }
}

/** Whether every target is the new one. */
export function isComplete(folder: string, entries: readonly JournalEntry[], files: System): boolean {
  return entries.every(({ target, is }) => files.identify(join(folder, target))?.identity === is);
}

/** Removes what was kept in case the publishing would fail. */
export function forget(folder: string, entries: readonly JournalEntry[], files: System): void {
  for (const { old } of entries) {
    const path = join(folder, old);
    if (files.identify(path) !== undefined) files.unlink(path);
  }
}

function removeDraft(folder: string, { draft, is }: JournalEntry, files: System): void {
  const path = join(folder, draft);
  if (files.identify(path)?.identity === is) files.unlink(path);
}

function changedSince(folder: string, { target, old }: JournalEntry): PruneError {
  return new PruneError(
    'file-failed',
    `a run that was killed was replacing files in ${quote(folder, 500)}, and ${quote(basename(target))} has been ` +
      `changed since; what was there before may be in ${quote(old, 200)}. Put right what is to stay, then remove ` +
      'the .synaprune- files in the folder',
  );
}
