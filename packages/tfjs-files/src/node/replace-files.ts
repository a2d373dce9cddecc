import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';

/** A file to be written, below a folder. */
export interface NewFile {
  readonly parts: readonly string[];
  readonly bytes: Uint8Array;
}

interface Draft {
  readonly target: string;
  readonly draft: string;
  /** Where the file of that name is meanwhile. */
  readonly old: string;
  readonly mode: number | undefined;
}

/**
 * Writes files in place of those that are there, the last one last. They are whole or not there: when anything fails,
 * those that were there are back.
 *
 * @param folder real
 * @param move renames, for tests of what happens when it fails
 * @throws PruneError `file-failed`
 */
export async function replaceFiles(
  folder: string,
  files: readonly NewFile[],
  move: typeof rename = rename,
): Promise<void> {
  const drafts: Draft[] = [];
  const made: string[] = [];
  try {
    for (const { parts, bytes } of files) {
      const draft = await prepare(folder, parts, made);
      drafts.push(draft);
      await write(draft, bytes);
    }
    await takeNames(drafts, move);
    made.length = 0;
  } catch (cause) {
    if (cause instanceof PruneError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new PruneError(
      'file-failed',
      `the files cannot be written in ${quote(folder, 500)} (${code ?? 'failed'})`,
      {
        cause,
      },
    );
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true });
    for (const each of made) {
      await rmdir(each).catch(() => {
        // Somebody has put something into it.
      });
    }
  }
}

/** What is there under a name, a link as such. */
async function look(path: string): Promise<Stats | undefined> {
  return await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** @param made takes the folders that were not there, the innermost first */
async function prepare(folder: string, parts: readonly string[], made: string[]): Promise<Draft> {
  const target = join(folder, ...parts);
  const own = dirname(target);
  const refuse = (why: string) => new PruneError('file-failed', `${quote(target, 500)} ${why}`);
  // One after the other, so that none is made behind a link.
  for (let depth = 1; depth < parts.length; depth += 1) {
    const each = join(folder, ...parts.slice(0, depth));
    const there = await look(each);
    if (there === undefined) {
      await mkdir(each);
      made.unshift(each);
    } else if (!there.isDirectory()) throw refuse('has a symbolic link or a file on the way');
  }
  const found = await look(target);
  if (found !== undefined && !found.isFile()) throw refuse('is there and is no plain file');
  const mark = `.synaprune-${randomUUID()}`;
  return {
    target,
    draft: join(own, `${mark}.new`),
    old: join(own, `${mark}.old`),
    mode: found && found.mode & 0o777,
  };
}

async function write({ draft, mode = 0o644 }: Draft, bytes: Uint8Array): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
  const handle = await open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  try {
    await handle.writeFile(bytes);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives every draft its name, and every file its own back where that fails. */
async function takeNames(drafts: readonly Draft[], move: typeof rename): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { target, draft, old, mode } of drafts) {
      if (mode !== undefined) {
        await move(target, old);
        undo.push(() => rename(old, target));
      }
      await move(draft, target);
      if (mode === undefined) undo.push(() => rm(target, { force: true }));
    }
  } catch (error) {
    for (const back of undo.reverse()) await back();
    throw error;
  }
  for (const { old } of drafts) await rm(old, { force: true });
}
