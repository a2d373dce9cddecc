import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { onExit } from 'signal-exit';

/**
 * Files that appear together, whole, or not at all: also when the process ends on the way, by a signal that can be
 * caught. Temporary files stay after SIGKILL or a power cut, never a part of one under its own name.
 */
export interface Output {
  /** A new file under a temporary name beside `path`. */
  create(path: string): Promise<FileHandle>;
  /** Gives every file its own name. */
  publish(): Promise<void>;
  /** Takes back whatever has not been published. Harmless when repeated. */
  discard(): Promise<void>;
}

interface Draft {
  readonly path: string;
  readonly temporary: string;
  readonly handle: FileHandle;
}

export function createOutput(): Output {
  let drafts: Draft[] = [];
  // Known before they are there, so that none is missed.
  const temporaries: string[] = [];
  let forget: (() => void) | undefined;
  return {
    create: async (path) => {
      const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
      temporaries.push(temporary);
      forget ??= onExit(() => {
        for (const each of temporaries) rmSync(each, { force: true });
      });
      const handle = await open(temporary, 'wx', 0o644).catch((cause: unknown) => {
        throw new PruneError('file-failed', `no file can be written beside ${quote(path, 500)}`, { cause });
      });
      drafts.push({ path, temporary, handle });
      return handle;
    },
    publish: async () => {
      for (const { handle } of drafts) await handle.sync();
      for (const { handle } of drafts) await handle.close();
      const fresh: string[] = [];
      for (const draft of [...drafts]) {
        const replaces = await lstat(draft.path).then(
          () => true,
          () => false,
        );
        try {
          await rename(draft.temporary, draft.path);
        } catch (cause) {
          for (const path of fresh) await rm(path, { force: true });
          throw new PruneError('file-failed', `${quote(draft.path, 500)} cannot be written`, { cause });
        }
        if (!replaces) fresh.push(draft.path);
        drafts = drafts.filter((each) => each !== draft);
      }
      forget?.();
    },
    discard: async () => {
      const left = drafts;
      drafts = [];
      for (const { handle, temporary } of left) {
        await handle.close().catch(() => {
          // Closed already, by a publish that failed later.
        });
        await rm(temporary, { force: true });
      }
      forget?.();
    },
  };
}

/** Writes all of `bytes`, however many the system takes at once. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const part = Math.min(bytes.length - done, 1 << 26);
    const { bytesWritten } = await handle.write(bytes, done, part, at + done);
    done += bytesWritten;
  }
}

/** Fills all of `bytes`. */
export async function readAll(
  handle: FileHandle,
  bytes: Uint8Array,
  at: number,
  path: string,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const part = Math.min(bytes.length - done, 1 << 26);
    const { bytesRead } = await handle.read(bytes, done, part, at + done);
    if (bytesRead === 0)
      throw new PruneError(
        'file-failed',
        `${quote(path, 500)} ended at byte ${at + done}, while it was read`,
      );
    done += bytesRead;
  }
}
