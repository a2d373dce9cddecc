import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { isRecord, quote } from '@synaprune/core/checks';
import { JOURNAL, readName } from './names.js';
import type { Identity } from './system.js';

/** One file of a publishing, by paths below the folder. */
export interface JournalEntry {
  readonly target: string;
  readonly draft: string;
  readonly old: string;
  /** What the target was, `null` where there was nothing, and what it becomes. */
  readonly was: Identity | null;
  readonly is: Identity;
}

/** A publishing in progress, or one that a kill cut short. */
export interface Journal {
  readonly version: 1;
  readonly owner: string;
  readonly entries: readonly JournalEntry[];
}

/** More than the paths of any model's files take. */
const LARGEST_JOURNAL = 1 << 22;

/**
 * The journal of a folder. Anybody who may write there may have written it, so nothing in it can name a file outside,
 * or one that is not this package's own.
 *
 * @throws PruneError `file-failed` when it is none that this release writes
 */
export function readJournal(folder: string): Journal | undefined {
  const path = join(folder, JOURNAL);
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  let text: string;
  try {
    const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const found = fstatSync(file);
      if (!found.isFile() || found.size > LARGEST_JOURNAL) throw unreadable(path);
      text = readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error instanceof PruneError ? error : unreadable(path, error);
  }
  const journal = parse(text);
  if (journal === undefined) throw unreadable(path);
  return journal;
}

function parse(text: string): Journal | undefined {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(found) || found.version !== 1 || typeof found.owner !== 'string') return undefined;
  const { owner, entries } = found;
  if (!Array.isArray(entries) || !entries.every((entry) => isEntry(entry, owner))) return undefined;
  return { version: 1, owner, entries };
}

function isEntry(entry: unknown, owner: string): entry is JournalEntry {
  if (!isRecord(entry)) return false;
  const { target, draft, old, was, is } = entry;
  if (![target, draft, old, is].every((each) => typeof each === 'string')) return false;
  if (was !== null && typeof was !== 'string') return false;
  const names = [target, draft, old] as string[];
  const folder = dirname(names[0]!);
  if (!names.every((name) => isBelow(name) && dirname(name) === folder)) return false;
  const [its, kept] = [readName(basename(names[1]!)), readName(basename(names[2]!))];
  return its?.owner === owner && its.kind === 'draft' && kept?.owner === owner && kept.kind === 'old';
}

/** Whether a path leads down from a folder, and nowhere else. */
function isBelow(path: string): boolean {
  if (path.includes('\0') || (process.platform === 'win32' && /[\\:]/.test(path))) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function unreadable(path: string, cause?: unknown): PruneError {
  return new PruneError(
    'file-failed',
    `${quote(path, 500)} tells of files that are being replaced, and cannot be read; if nothing writes to its folder, ` +
      'look whether its files are whole (what was there may be in .synaprune-….old files), and remove it',
    { cause },
  );
}
