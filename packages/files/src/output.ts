import { constants, rmdirSync, rmSync } from 'node:fs';
import { access, type FileHandle, lstat, mkdir, open, realpath, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { whenProcessEnds } from './clean-up.js';
import { PREFIX, temporaryNames } from './publish/names.js';
import { type Draft, publish, requireReplaceable, TAKEN } from './publish/publish.js';
import { settleFolder } from './publish/recover.js';
import { system } from './publish/system.js';
import { pathOfHandle } from './reading/opened-file.js';

/**
 * Files that appear together, whole, or not at all: also when the process ends on the way, by a signal or by a kill,
 * after which the next run puts back what was there.
 */
export interface Output {
  /** A new file under a temporary name, in the place of a target. */
  create(target: string): Promise<FileHandle>;
  /** Gives every file its own name. */
  publish(): Promise<void>;
  /** Takes back whatever has not been published. Harmless when repeated. */
  discard(): Promise<void>;
}

/**
 * Looks at where files are to go, before any work is done for them, and puts right what a killed run left there.
 *
 * @param folder real
 * @param targets paths below it, with `/` between their parts
 * @throws PruneError `file-failed` when one could not be written
 *
 * @example
 * ```ts no-run
 * import { openOutput, realFolderOf, writeAll } from '@synaprune/files';
 *
 * const files = { 'model.json': '{}', 'weights/1.bin': 'weights' };
 * const output = await openOutput(await realFolderOf('models/model.json'), Object.keys(files));
 * try {
 *   for (const [name, text] of Object.entries(files)) {
 *     await writeAll(await output.create(name), new TextEncoder().encode(text), 0);
 *   }
 *   await output.publish();
 * } finally {
 *   await output.discard();
 * }
 * ```
 */
export async function openOutput(folder: string, targets: readonly string[]): Promise<Output> {
  const taken = targets.find((target) => target.split('/').some((part) => part.startsWith(PREFIX)));
  if (taken !== undefined) {
    throw new PruneError('file-failed', `${quote(taken)} cannot be written: names in ${PREFIX} are taken`);
  }
  const folders = targets.map((target) => dirname(join(folder, target)));
  await settleFolder(folder, [folder, ...folders]);
  for (const target of targets) requireReplaceable(folder, target, system);
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new PruneError('file-failed', `no file can be written in ${quote(folder, 500)}`, { cause });
  });
  const drafts: Draft[] = [];
  const handles: FileHandle[] = [];
  const made: string[] = [];
  let callOff: (() => void) | undefined;
  const watch = (): void => {
    callOff ??= whenProcessEnds(() => {
      for (const { draft } of drafts) rmSync(join(folder, draft), { force: true });
      for (const each of made) attempt(() => rmdirSync(each));
    });
  };
  return {
    create: async (target) => {
      watch();
      const names = temporaryNames(drafts.length);
      const place = target.slice(0, target.lastIndexOf('/') + 1);
      const draft = { target, draft: `${place}${names.draft}`, old: `${place}${names.old}` };
      await makeFolders(folder, target, made);
      // Known before it is there, so that none is missed.
      drafts.push(draft);
      const handle = await createDraft(join(folder, draft.draft), join(folder, target));
      handles.push(handle);
      return handle;
    },
    publish: async () => {
      for (const handle of handles) await handle.sync();
      for (const handle of handles.splice(0)) await handle.close();
      while (publish(folder, drafts, system) === TAKEN) await settleFolder(folder);
      drafts.length = 0;
      made.length = 0;
      callOff?.();
    },
    discard: async () => {
      for (const handle of handles.splice(0)) await handle.close();
      for (const { draft } of drafts.splice(0)) await rm(join(folder, draft), { force: true });
      for (const each of made.splice(0)) {
        await rmdir(each).catch(() => {
          // Somebody has put something into it.
        });
      }
      callOff?.();
    },
  };
}

/** Makes the folders on the way to a target, and notes which were not there, the innermost first. */
async function makeFolders(folder: string, target: string, made: string[]): Promise<void> {
  const parts = target.split('/').slice(0, -1);
  // One after the other, so that none is made behind a link.
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const each = join(folder, ...parts.slice(0, depth));
    try {
      await mkdir(each);
      made.unshift(each);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      if ((await lstat(each)).isDirectory()) continue;
      throw new PruneError(
        'file-failed',
        `${quote(join(folder, target), 500)} has a symbolic link or a file on the way`,
        { cause },
      );
    }
  }
}

/** A file that was not there, in the folder that was meant and not behind a link, with the rights of what it replaces. */
async function createDraft(path: string, target: string): Promise<FileHandle> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
  const mode = await lstat(target).then(
    (found) => (found.isFile() ? found.mode & 0o777 : 0o644),
    () => 0o644,
  );
  const handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode).catch((cause: unknown) => {
    throw new PruneError('file-failed', `no file can be written beside ${quote(target, 500)}`, { cause });
  });
  try {
    const opened = (await pathOfHandle(handle)) ?? (await realpath(path));
    if (opened !== path) {
      await rm(opened, { force: true });
      throw new PruneError('file-failed', `${quote(target, 500)} is where a symbolic link leads to`);
    }
    await handle.chmod(mode);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The process ends; the next run looks after what is left.
  }
}
