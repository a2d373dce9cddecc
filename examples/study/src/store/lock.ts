import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { PruneError } from '@synaprune/core';
import { fileFailed } from './errors.js';

/** Who holds a lock. */
interface Holder {
  readonly host: string;
  readonly process: number;
  /** When the process started, as the kernel counts; tells a number that was given out again. `null` if unknown. */
  readonly born: string | null;
}

/**
 * Takes a lock that one process holds at a time, and answers how to let go of it. The lock of a process that is no
 * more, on this machine, is taken over.
 *
 * @throws PruneError `file-failed` while another process holds it
 */
export function takeLock(path: string): () => void {
  const own = JSON.stringify({ host: hostname(), process: process.pid, born: bornOf(process.pid) });
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, own);
  } catch (error) {
    rmSync(draft, { force: true });
    throw fileFailed(`could not write ${draft}`, error);
  }
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
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Takes a dead process's lock away, unless another did so first and holds it now. */
function retire(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.stale`;
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

/** When a process started, in clock ticks since the machine did; `null` where there is no /proc. */
function bornOf(id: number): string | null {
  const status = read(`/proc/${id}/stat`);
  // The second field is the program's name in parentheses and may hold anything.
  return status?.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function lockedBy(path: string, text: string): PruneError {
  const holder = parse(text);
  const who = holder === undefined ? 'an unknown process' : `process ${holder.process} on ${holder.host}`;
  return new PruneError(
    'file-failed',
    `${path} is held by ${who}: one study writes into a folder at a time. ` +
      'Wait for it, choose another --out, or remove that file if no study is running',
  );
}
