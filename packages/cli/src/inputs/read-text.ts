import { readFile, stat } from 'node:fs/promises';

/** More than the text of any recipe and of any scan takes. */
const LARGEST = 2 ** 26;

/**
 * The text of a file, or of a pipe as shells make them of programs.
 *
 * @param refuse makes the error of a reason
 */
export async function readText(
  path: string,
  refuse: (why: string, cause?: unknown) => Error,
): Promise<string> {
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isFIFO()) throw new Error('it is no plain file');
    if (found.size > LARGEST) throw new Error(`its ${found.size} bytes are more than any has`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
}
