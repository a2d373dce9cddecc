import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { sep } from 'node:path';

/** The largest table that is read, bytes. */
export const LARGEST_TABLE = 256 * 2 ** 20;

/** What may be read. */
export interface PlainFileLimits {
  /** Bytes. */
  readonly most: number;
  /** A folder that the file has to lie in, at no link; whatever the path says, what was opened is looked at. */
  readonly inside?: string;
}

/** The bytes of a file, or why they are not read. */
export type PlainFile =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Reads a plain file of a bounded size. A pipe or a device is refused and not waited for, and a file that grows while
 * it is read is refused at the limit.
 */
export function readPlainFile(path: string, { most, inside }: PlainFileLimits): PlainFile {
  const links = inside === undefined ? 0 : (constants.O_NOFOLLOW ?? 0);
  let file: number;
  try {
    // Opening a device may do something; what is one is not opened. It is looked at again below.
    const named = inside === undefined ? statSync(path) : lstatSync(path);
    if (named.isSymbolicLink()) return refused('it is a link');
    if (!named.isFile() && !named.isDirectory()) return refused('it is no plain file');
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | links);
  } catch (error) {
    return refused(whyNotOpened(error));
  }
  try {
    const status = fstatSync(file);
    if (status.isDirectory()) return refused('it is a folder');
    if (!status.isFile()) return refused('it is no plain file');
    if (inside !== undefined && !liesIn(file, path, inside)) return refused('it lies outside of that folder');
    if (status.size > most) return refused(tooLarge(most));
    const bytes = readUpTo(file, most + 1, status.size);
    return bytes.length > most ? refused(tooLarge(most)) : { kind: 'read', bytes };
  } catch (error) {
    return refused(whyNotOpened(error));
  } finally {
    closeSync(file);
  }
}

function refused(reason: string): PlainFile {
  return { kind: 'refused', reason };
}

function tooLarge(most: number): string {
  return `it is larger than the ${most.toLocaleString('en-US')} bytes that are read`;
}

function whyNotOpened(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'ELOOP') return 'it is a link';
  if (code === 'ENXIO') return 'it is no plain file';
  return code ?? message;
}

/** Whether what was opened lies in a folder. */
function liesIn(file: number, path: string, folder: string): boolean {
  const inside = (real: string) => real.startsWith(withSeparator(realpathSync(folder)));
  try {
    return inside(realpathSync(`/proc/self/fd/${file}`));
  } catch {
    // Without /proc: the path leads there now, and to the same file that is open.
    const [opened, named] = [fstatSync(file), statSync(path)];
    return inside(realpathSync(path)) && opened.ino === named.ino && opened.dev === named.dev;
  }
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}

/** At most so many bytes, however large the file says it is. */
function readUpTo(file: number, most: number, expected: number): Buffer {
  const parts: Buffer[] = [];
  let [size, next] = [0, Math.min(most, expected + 1)];
  while (size < most) {
    const part = Buffer.allocUnsafe(next);
    const count = readSync(file, part, 0, next, null);
    if (count === 0) break;
    parts.push(part.subarray(0, count));
    size += count;
    next = Math.min(most - size, 1 << 20);
    if (next === 0) break;
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}
