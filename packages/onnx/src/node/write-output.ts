import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { type Edit, inOrder, splice } from '../bytes/splice.js';
import { elementBytes, writeElementBytes } from '../view/element-bytes.js';
import { copyPruned, type PrunedRange } from './copy-pruned.js';
import type { DataFile } from './location.js';
import { type Output, writeAll } from './output.js';

/** Writes the model and its data files; gives the length of the model's own. */
export async function writeOutput(
  output: Output,
  name: string,
  bytes: Uint8Array,
  files: readonly DataFile[],
  ranges: readonly PrunedRange[],
): Promise<number> {
  try {
    for (const file of files) {
      const own = ranges.filter(({ extent }) => extent?.file === file);
      await copyPruned(file, await output.create(file.name), own);
    }
    const model = prunedModel(bytes, ranges);
    await writeAll(await output.create(name), model, 0);
    await output.publish();
    return model.length;
  } catch (error) {
    await output.discard();
    if (error instanceof PruneError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new PruneError(
      'file-failed',
      `${quote(name)} and its data cannot be written (${code ?? 'failed'}); all is as it was`,
      { cause: error },
    );
  }
}

/** The model's own bytes, with what lies in them pruned. */
function prunedModel(bytes: Uint8Array, ranges: readonly PrunedRange[]): Uint8Array {
  const patched = Uint8Array.from(bytes);
  const edits: Edit[] = [];
  for (const { surveyed, bits, extent, zeros } of ranges) {
    const { tensor, format } = surveyed;
    if (extent !== undefined || typeof format === 'string') continue;
    const elements = elementBytes(patched, tensor);
    zeros.before = format.countZeros(elements, 0, tensor.elements);
    format.clear(elements, 0, tensor.elements, bits);
    zeros.after = format.countZeros(elements, 0, tensor.elements);
    for (const edit of writeElementBytes(patched, tensor, elements)) edits.push(edit);
  }
  return splice(patched, inOrder(edits));
}
