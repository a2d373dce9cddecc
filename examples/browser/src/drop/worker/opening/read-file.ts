import type { GivenFile } from '../../protocol';
import { RefusedError } from './refused';

/** The bytes of a file. @throws RefusedError when it cannot be read any more */
export async function readFile({ file, path }: GivenFile): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw new RefusedError(
      `“${path}” cannot be read. It may have been changed, moved or deleted since it was dropped: drop it again.`,
      { cause: error },
    );
  }
}

/** The last part of a path. */
export const baseName = (path: string): string => path.split('/').at(-1)!;
