import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/** The path of what is open, or `undefined` where the system does not tell. */
export type PathOf = (handle: FileHandle) => Promise<string | undefined>;

/**
 * What Linux says a handle has open. A path that is looked at before or after opening may be another one by then: a
 * folder on it may have been swapped for a link.
 */
export const pathOfHandle: PathOf = async (handle) =>
  process.platform === 'linux'
    ? await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined)
    : undefined;

/** A plain file that is open for reading. */
export interface OpenedFile {
  readonly handle: FileHandle;
  readonly size: number;
  readonly hardLinks: number;
  /** Whether the system told what was opened. Elsewhere its path was compared as well as can be. */
  readonly proven: boolean;
}

/** Where a file may be found. */
export interface OpenRules {
  /** A real folder inside which symbolic links may end. */
  readonly linksInside?: string | undefined;
  readonly pathOf?: PathOf;
}

/** Why a file was not opened, to stand behind "which". */
export interface Refusal {
  readonly why: string;
  readonly cause?: unknown;
}

const WAY_OUT = 'to follow links, name the folder that they may lead into: followLinksInside';

/**
 * Opens a plain file and then checks what was opened, rather than what was named.
 *
 * @param path without a symbolic link in its folder
 */
export async function openPlainFile(
  path: string,
  { linksInside, pathOf = pathOfHandle }: OpenRules,
): Promise<OpenedFile | Refusal> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  let handle: FileHandle;
  try {
    // Not blocking, because a pipe would wait for a writer.
    handle = await open(path, O_RDONLY | O_NONBLOCK | (linksInside === undefined ? O_NOFOLLOW : 0));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ELOOP') return { why: `cannot be opened (${code})`, cause };
    return {
      why: linksInside === undefined ? `is a symbolic link; ${WAY_OUT}` : 'is a link to itself',
      cause,
    };
  }
  try {
    const found = await handle.stat();
    const told = await pathOf(handle);
    const why = found.isFile()
      ? told === undefined
        ? await compare(path, found, linksInside)
        : judge(path, told, linksInside)
      : 'is no plain file';
    if (why === undefined) {
      return { handle, size: found.size, hardLinks: found.nlink, proven: told !== undefined };
    }
    await handle.close();
    return { why };
  } catch (cause) {
    await handle.close();
    return { why: 'cannot be looked at', cause };
  }
}

function judge(path: string, real: string, linksInside: string | undefined): string | undefined {
  if (real === path) return undefined;
  if (linksInside === undefined) {
    // So Linux calls what has no name any more.
    return real === `${path} (deleted)`
      ? 'was replaced while it was opened'
      : `a symbolic link leads to; ${WAY_OUT}`;
  }
  if (real.startsWith(linksInside.endsWith(sep) ? linksInside : linksInside + sep)) return undefined;
  return `a symbolic link leads to, out of the folder that followLinksInside names`;
}

/** Without the system's word: that the path, as it is now, leads to the same file, and how. */
async function compare(
  path: string,
  opened: { readonly dev: number; readonly ino: number },
  linksInside: string | undefined,
): Promise<string | undefined> {
  const real = join(await realpath(dirname(path)), path.slice(dirname(path).length));
  const end = linksInside === undefined ? real : await realpath(path);
  const now = await lstat(end);
  if (now.isSymbolicLink()) return `is a symbolic link; ${WAY_OUT}`;
  if (now.dev !== opened.dev || now.ino !== opened.ino) return 'was replaced while it was opened';
  return judge(path, end, linksInside);
}

/** Whether a file was refused. */
export function isRefusal(opened: OpenedFile | Refusal): opened is Refusal {
  return 'why' in opened;
}
