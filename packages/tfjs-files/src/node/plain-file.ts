import { join } from 'node:path';
import { isRefusal, type NamedHandle, openPlainFile, readAll } from '@synaprune/files';

/** A plain file that is open for reading. */
export interface PlainFile extends NamedHandle {
  readonly size: number;
}

/**
 * Opens a plain file below a folder that no symbolic link leads to.
 *
 * @param folder real
 * @param parts of its path below the folder
 * @param refuse makes the error of the reason, to stand behind "which"
 */
export async function openBelow(
  folder: string,
  parts: readonly string[],
  refuse: (why: string, cause?: unknown) => Error,
): Promise<PlainFile> {
  const path = join(folder, ...parts);
  const opened = await openPlainFile(path);
  if (isRefusal(opened)) throw refuse(opened.why, opened.cause);
  return { path, handle: opened.handle, size: opened.size };
}

/** All of a file. */
export async function readWhole({ path, handle, size }: PlainFile): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  await readAll(handle, bytes, 0, path);
  return bytes;
}
