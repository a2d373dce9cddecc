import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { quote } from '@synaprune/core/checks';

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

/** Why a file was not opened. */
export interface Refusal {
  /** To stand behind "which". */
  readonly why: string;
  /** Whether `linksInside` would have let it be opened, with the right folder. */
  readonly behindLink?: boolean;
  readonly cause?: unknown;
}

const LINK: Refusal = { why: 'is a symbolic link', behindLink: true };
const REPLACED: Refusal = { why: 'was replaced while it was opened' };

/**
 * Opens a plain file for reading and then checks what was opened, rather than what was named: a folder, a pipe or what a
 * symbolic link leads to is refused.
 *
 * @param path without a symbolic link in its folder
 * @returns what its caller closes, or why there is nothing to close
 *
 * @example
 * ```ts no-run
 * import { isRefusal, openPlainFile } from '@synaprune/files';
 *
 * const opened = await openPlainFile('/models/model.onnx');
 * if (isRefusal(opened)) throw new Error(`the model is a file that ${opened.why}`, { cause: opened.cause });
 * console.log(opened.size);
 * await opened.handle.close();
 * ```
 */
export async function openPlainFile(
  path: string,
  { linksInside, pathOf = pathOfHandle }: OpenRules = {},
): Promise<OpenedFile | Refusal> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  let handle: FileHandle;
  try {
    // Not blocking, because a pipe would wait for a writer.
    handle = await open(path, O_RDONLY | O_NONBLOCK | (linksInside === undefined ? O_NOFOLLOW : 0));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { why: 'is not there', cause };
    if (code !== 'ELOOP') return { why: `cannot be opened (${code})`, cause };
    return linksInside === undefined ? { ...LINK, cause } : { why: 'is a link to itself', cause };
  }
  try {
    const found = await handle.stat();
    const told = await pathOf(handle);
    const refusal = found.isFile()
      ? told === undefined
        ? await compare(path, found, linksInside)
        : judge(path, told, linksInside)
      : { why: 'is no plain file' };
    if (refusal === undefined) {
      return { handle, size: found.size, hardLinks: found.nlink, proven: told !== undefined };
    }
    await handle.close();
    return refusal;
  } catch (cause) {
    await handle.close();
    return { why: 'cannot be looked at', cause };
  }
}

function judge(path: string, real: string, linksInside: string | undefined): Refusal | undefined {
  if (real === path) return undefined;
  // So Linux calls what has no name any more.
  if (real === `${path} (deleted)`) return REPLACED;
  if (linksInside === undefined) return { why: 'a symbolic link leads to', behindLink: true };
  if (real.startsWith(linksInside.endsWith(sep) ? linksInside : linksInside + sep)) return undefined;
  return { why: `a symbolic link leads to, out of ${quote(linksInside, 500)}`, behindLink: true };
}

/** Without the system's word: that the path, as it is now, leads to the same file, and how. */
async function compare(
  path: string,
  opened: { readonly dev: number; readonly ino: number },
  linksInside: string | undefined,
): Promise<Refusal | undefined> {
  const real = join(await realpath(dirname(path)), path.slice(dirname(path).length));
  const end = linksInside === undefined ? real : await realpath(path);
  const now = await lstat(end);
  if (now.isSymbolicLink()) return LINK;
  if (now.dev !== opened.dev || now.ino !== opened.ino) return REPLACED;
  return judge(path, end, linksInside);
}

/** Whether a file was refused. */
export function isRefusal(opened: OpenedFile | Refusal): opened is Refusal {
  return 'why' in opened;
}
