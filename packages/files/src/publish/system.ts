import {
  type BigIntStats,
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

/** What tells one file from another and from itself after a change: it survives renaming and linking. */
export type Identity = string;

/**
 * What publishing asks of the file system, each at once and in order: a publishing that waited in between could be
 * interrupted by a signal or by another run of the same process.
 */
export interface System {
  /** `undefined` where there is nothing. */
  identify(
    path: string,
  ): { readonly identity: Identity; readonly kind: 'file' | 'link' | 'other' } | undefined;
  link(from: string, to: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Writes a file that is not there yet, whole and down to the disk, or not at all. */
  write(path: string, text: string): void;
  /** Brings what names a folder has down to the disk. */
  sync(folder: string): void;
}

export const system: System = {
  identify: (path) => {
    let found: BigIntStats | undefined;
    try {
      found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    } catch (error) {
      // A file stands where a folder would be; making that will tell.
      if (errorCode(error) !== 'ENOTDIR') throw error;
    }
    if (found === undefined) return undefined;
    const kind = found.isFile() ? 'file' : found.isSymbolicLink() ? 'link' : 'other';
    return { identity: `${found.ino}/${found.size}/${found.mtimeNs}`, kind };
  },
  link: linkSync,
  rename: renameSync,
  unlink: unlinkSync,
  write: (path, text) => {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
    const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      const bytes = new TextEncoder().encode(text);
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      fsyncSync(file);
    } catch (error) {
      unlinkSync(path);
      throw error;
    } finally {
      closeSync(file);
    }
  },
  sync: (folder) => {
    // Windows opens no folders.
    if (process.platform === 'win32') return;
    const opened = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  },
};

/** The code of an error of the file system. */
export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
