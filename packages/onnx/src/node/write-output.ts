import { mkdir, realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { PruneError } from '@synaprune/core';
import { elementsOf, writeElements } from '../elements.js';
import { outOfBounds } from '../external/location.js';
import { type Edit, inOrder, splice } from '../splice.js';
import { copyPruned, type PrunedRange } from './copy-pruned.js';
import type { DataFile } from './location.js';
import { realFolderOf } from './location.js';
import { createOutput, writeAll } from './output.js';

/** Writes the model and its data files; gives the length of the model's own. */
export async function writeOutput(
  bytes: Uint8Array,
  files: readonly DataFile[],
  ranges: readonly PrunedRange[],
  out: string,
): Promise<number> {
  const output = createOutput();
  const outFolder = await realFolderOf(out);
  try {
    for (const file of files) {
      const folder = join(outFolder, ...file.parts.slice(0, -1));
      await mkdir(folder, { recursive: true });
      if ((await realpath(folder)) !== folder) {
        throw outOfBounds(out, `its data in ${file.name}, which a symbolic link leads to`);
      }
      await copyPruned(
        file,
        await output.create(join(folder, file.parts.at(-1)!)),
        ranges.filter(({ extent }) => extent?.file === file),
      );
    }
    const model = prunedModel(bytes, ranges);
    await writeAll(await output.create(join(outFolder, basename(resolve(out)))), model, 0);
    await output.publish();
    return model.length;
  } catch (error) {
    await output.discard();
    if (error instanceof PruneError) throw error;
    throw new PruneError('file-failed', `${out} cannot be written`, { cause: error });
  }
}

/** The model's own bytes, with what lies in them pruned. */
function prunedModel(bytes: Uint8Array, ranges: readonly PrunedRange[]): Uint8Array {
  const patched = Uint8Array.from(bytes);
  const edits: Edit[] = [];
  for (const { surveyed, words, extent, zeros } of ranges) {
    const { tensor, format } = surveyed;
    if (extent !== undefined || typeof format === 'string') continue;
    const elements = elementsOf(patched, tensor);
    zeros.before = format.countZeros(elements, 0, tensor.elements);
    format.clear(elements, 0, tensor.elements, words);
    zeros.after = format.countZeros(elements, 0, tensor.elements);
    for (const edit of writeElements(patched, tensor, elements)) edits.push(edit);
  }
  return splice(patched, inOrder(edits));
}
