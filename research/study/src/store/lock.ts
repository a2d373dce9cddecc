import { closeSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { draftPath, openDraft, removeStaleDrafts } from '@synaprune/examples-kit/files/drafts';
import { bornOf } from '@synaprune/examples-kit/files/process-identity';
import { readPlainFile } from '@synaprune/examples-kit/files/read-plain-file';
import { z } from 'zod';
import { checkJson } from '../check-shape.js';
import { fileFailed } from './errors.js';

/** Bytes of a lock at most. */
const LARGEST = 2000;

/** Who holds a lock. */
const holderSchema = z.strictObject({
  host: z.string().max(300),
  process: z.number().int().positive(),
  /** When the process started, as the kernel counts; tells a number that was given out again. `null` if unknown. */
  born: z.string().max(30).nullable(),
});

/**
 * Takes a lock that one process holds at a time, and answers how to let go of it. The lock of a process that is no
 * more, on this machine, is taken over.
 *
 * @throws PruneError `file-failed` while another process holds it
 */
export function takeLock(path: string): () => void {
  const own = JSON.stringify({ host: hostname(), process: process.pid, born: bornOf(process.pid) });
  removeStaleDrafts(dirname(path));
  const draft = writeDraft(path, own);
  try {
    // A link comes with its content, so nobody ever reads an empty lock.
    for (let attempt = 1; ; attempt += 1) {
      if (link(draft, path)) return () => letGo(path, own);
      const held = read(path);
      if (held === undefined) continue;
      if (attempt > 5 || !isStale(held)) throw lockedBy(path, held);
      retire(path, held);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeDraft(path: string, content: string): string {
  let draft = '';
  try {
    const opened = openDraft(path);
    draft = opened.path;
    try {
      writeFileSync(opened.file, content);
    } finally {
      closeSync(opened.file);
    }
    return draft;
  } catch (error) {
    if (draft !== '') rmSync(draft, { force: true });
    throw fileFailed(`could not write ${path}`, error);
  }
}

function link(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fileFailed(`could not lock ${path}`, error);
  }
}

function read(path: string): string | undefined {
  const file = readPlainFile(path, { most: LARGEST });
  if (file.kind === 'read') return file.bytes.toString('utf8');
  // What is there and is no lock is respected like one that cannot be read.
  return file.reason === 'there is no such file' ? undefined : '';
}

/** Takes a dead process's lock away, unless another did so first and holds it now. */
function retire(path: string, stale: string): void {
  const aside = draftPath(path);
  try {
    renameSync(path, aside);
    if (read(aside) !== stale) link(aside, path);
  } catch {
    // Another process was quicker.
  }
  rmSync(aside, { force: true });
}

function letGo(path: string, own: string): void {
  if (read(path) === own) rmSync(path, { force: true });
}

function isStale(text: string): boolean {
  const holder = parse(text);
  if (holder === undefined || holder.host !== hostname()) return false;
  try {
    process.kill(holder.process, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const born = bornOf(holder.process);
  return born !== null && holder.born !== null && born !== holder.born;
}

function parse(text: string): z.infer<typeof holderSchema> | undefined {
  const checked = checkJson(holderSchema, text, LARGEST);
  return checked.kind === 'good' ? checked.value : undefined;
}

function lockedBy(path: string, text: string): PruneError {
  const holder = parse(text);
  const who =
    holder === undefined
      ? 'an unknown process'
      : `process ${holder.process} on ${quote(holder.host).slice(1, -1)}`;
  return new PruneError(
    'file-failed',
    `${path} is held by ${who}: one study writes into a folder at a time. ` +
      'Wait for it, choose another --out, or remove that file if no study is running',
  );
}
