import type { FileHandle } from 'node:fs/promises';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';

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
    if (bytesRead === 0) {
      throw new PruneError(
        'file-failed',
        `${quote(path, 500)} ended at byte ${at + done}, while it was read`,
      );
    }
    done += bytesRead;
  }
}

/** The error of a file that is shorter than it was when it was opened. */
export function endedEarly(path: string, at: number): PruneError {
  return new PruneError('file-failed', `${quote(path, 500)} ended at byte ${at}, while it was read`);
}
