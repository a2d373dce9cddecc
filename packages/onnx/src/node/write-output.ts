import type { FileHandle } from 'node:fs/promises';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { pruneOnce } from '@synaprune/core/one-shot';
import { type Output, watchFiles, writeAll } from '@synaprune/files';
import { type Edit, inOrder, splice } from '../bytes/splice.js';
import type { PruneOnnxOptions } from '../pruning/prune-options.js';
import { writeElementBytes } from '../view/element-bytes.js';
import type { FileRange } from '../view/model-view.js';
import type { ChosenWeight } from '../weights/find-weights.js';
import type { Surveyed } from '../weights/survey.js';
import { copyBetween } from './copy-between.js';
import type { DataFile } from './location.js';
import { streamBackend } from './stream-backend.js';
import { createRooms, type StreamedWeight, streamedScores, streamedWeight } from './streamed-weight.js';

/** A model that is to be pruned, and where its weights lie. */
export interface OpenedModel {
  readonly bytes: Uint8Array;
  readonly files: readonly DataFile[];
  readonly parts: readonly ChosenWeight[];
  readonly extents: ReadonlyMap<Surveyed, FileRange<DataFile>>;
}

/** What was written. */
export interface Written {
  /** Bytes of the model's own file. */
  readonly length: number;
  /** Of each weight that was pruned. */
  readonly zeros: readonly StreamedWeight['zeros'][];
}

/**
 * Prunes a model into new files: its weights are read once to choose, and once more to be written.
 *
 * @throws PruneError `file-failed` when they cannot be read or written, or change on the way; nothing is left behind then
 */
export async function writeOutput(
  output: Output,
  name: string,
  { bytes, files, parts, extents }: OpenedModel,
  options: Omit<PruneOnnxOptions, 'externalData'>,
): Promise<Written> {
  const { requireUnchanged } = await watchFiles(files.map(({ name, handle }) => ({ path: name, handle })));
  try {
    const drafts = new Map<DataFile, FileHandle>();
    for (const file of files) drafts.set(file, await output.create(file.name));
    const patched = new Uint8Array(bytes);
    const ways = {
      rooms: createRooms(),
      write: (file: DataFile, chunk: Uint8Array, at: number) => writeAll(drafts.get(file)!, chunk, at),
    };
    const weights = parts.map(({ surveyed, weight: known }) => ({
      known,
      weight: streamedWeight(patched, surveyed, extents.get(surveyed), ways),
    }));
    await pruneOnce({ backend: streamBackend(), weights, scores: streamedScores }, options);
    const ranges = parts.flatMap(({ surveyed }) => extents.get(surveyed) ?? []);
    for (const [file, draft] of drafts) {
      const own = ranges.filter((range) => range.file === file);
      await copyBetween(file, draft, own);
    }
    const model = splice(patched, inOrder(editsOf(patched, parts, weights)));
    await writeAll(await output.create(name), model, 0);
    await requireUnchanged();
    await output.publish();
    return { length: model.length, zeros: weights.map(({ weight }) => weight.zeros) };
  } catch (error) {
    await output.discard();
    await requireUnchanged(error);
    if (error instanceof PruneError || !isSystemError(error)) throw error;
    throw new PruneError(
      'file-failed',
      `${quote(name)} and its data cannot be written (${error.code ?? 'failed'}); all is as it was`,
      { cause: error },
    );
  }
}

/** Puts elements that were copied out of the model's own fields back, where they are not changed in their place. */
function editsOf(
  patched: Uint8Array,
  parts: readonly ChosenWeight[],
  weights: readonly { readonly weight: { readonly own?: Uint8Array } }[],
): Edit[] {
  const edits: Edit[] = [];
  for (const [i, { surveyed }] of parts.entries()) {
    const { own } = weights[i]!.weight;
    if (own === undefined || surveyed.tensor.storage.kind !== 'typed') continue;
    for (const edit of writeElementBytes(patched, surveyed.tensor, own)) edits.push(edit);
  }
  return edits;
}

/** Whether the system failed, and not somebody's own function. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
