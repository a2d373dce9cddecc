import { basename, resolve } from 'node:path';
import { describe, requireBoolean } from '@synaprune/core/checks';
import { weightsToPrune } from '@synaprune/core/one-shot';
import { openOutput, realFolderOf, settleFolder } from '@synaprune/files';
import { checksumNotices } from '../external/checksums.js';
import { type PruneOnnxOptions, requirePruneOptions } from '../pruning/prune-options.js';
import type { OnnxReport } from '../pruning/report.js';
import { reportOf } from '../pruning/report-of.js';
import { chooseWeights } from '../weights/find-weights.js';
import { requireOwnFolder } from './model-data.js';
import { openModel } from './open-model.js';
import { openRules, unprovenNotices } from './open-rules.js';
import { requireOwnData } from './own-data.js';
import { writeOutput } from './write-output.js';

/** How {@link pruneOnnxFile} prunes, and where to. */
export interface PruneOnnxFileOptions extends Omit<PruneOnnxOptions, 'externalData'> {
  /**
   * The file to write; its folder must be there. The same file as is read, or, where the model has external data,
   * one in another folder: the data files go beside it under their own names. A model that is there is replaced, with
   * its data files; another model's stay, and are an error.
   */
  readonly out: string;
  /**
   * Whether files that the model names may be read and copied. Off unless told. They must be plain files inside the
   * model's folder, with no links on the way but those that `followLinksInside` allows.
   */
  readonly externalData?: boolean;
  /**
   * A folder inside which symbolic links may lead, for the model and the files that it names: the folder of a model
   * cache such as Hugging Face's, whose snapshots are links to blobs. Unless told, no link is followed.
   */
  readonly followLinksInside?: string;
}

/**
 * {@link pruneOnnx} for files, and for weights in files beside the model, of any size: they are read a few megabytes at
 * a time, once to choose and once to be written, with one bit of memory an element and some hundredths of the weights;
 * with a pattern, one whole weight is in memory at a time, and with `tensorScore` its scores are. The model
 * file itself is read whole, and so is, one after the other, what it keeps elsewhere of up to 16 MiB: scales, and what
 * nobody learned, are recognised by what they hold.
 *
 * The output is all or nothing, also over files that are there: it is written under temporary names, which are
 * replaced once all of it is on the disk. When anything fails, or a signal ends the process, everything is as it was.
 * After a kill, the next run that reads from the folder or writes to it puts back what was there. The result is what
 * {@link pruneOnnx} gives, bit for bit.
 *
 * @throws TypeError | RangeError when an option has a wrong type or value
 * @throws PruneError as {@link pruneOnnx}; `external-data` when the model has some and `externalData` is not set, or
 *   when a file it names is missing, too short, a link or out of bounds, or tensors share bytes; `file-failed` when
 *   a file cannot be read or written
 *
 * @example
 * ```ts no-run
 * import { pruneOnnxFile } from '@synaprune/onnx/node';
 *
 * const report = await pruneOnnxFile('models/large.onnx', {
 *   out: 'pruned/large.onnx',
 *   sparsity: 0.5,
 *   externalData: true,
 * });
 * console.log(report.total.sparsity.after);
 * ```
 */
export async function pruneOnnxFile(path: string, options: PruneOnnxFileOptions): Promise<OnnxReport> {
  const known = requirePruneOptions('pruneOnnxFile', options, ['out', 'externalData', 'followLinksInside']);
  const { externalData = false, followLinksInside, select = {}, out: given } = known;
  if (typeof path !== 'string' || typeof given !== 'string' || given === '') {
    const got = [path, given].map(describe);
    throw new TypeError(`pruneOnnxFile needs path and out to be paths, got ${got.join(' and ')}`);
  }
  requireBoolean('pruneOnnxFile', 'externalData', externalData);
  // Without the dots at its end, its folder and its name are those of one path.
  const out = resolve(given);
  const rules = await openRules(followLinksInside);
  // A run that was killed may have left new files beside old ones.
  await settleFolder(await realFolderOf(path));
  const { bytes, folder, proven, data } = await openModel(path, { externalData, rules });
  try {
    const chosen = chooseWeights('pruneOnnxFile', bytes, { select }, data);
    const parts = weightsToPrune(chosen);
    const extents = data.extentsOf(chosen);
    const outFolder = await realFolderOf(out);
    requireOwnFolder(data, { path, out, folder, outFolder });
    const names = data.files.map(({ name }) => name);
    await settleFolder(outFolder);
    if (folder !== outFolder) await requireOwnData(out, outFolder, names);
    const output = await openOutput(outFolder, [...names, basename(out)]);
    const opened = { bytes, files: data.files, parts, extents };
    const { length, zeros } = await writeOutput(output, basename(out), opened, known);
    const size = data.files.reduce((sum, file) => sum + file.size, length);
    return reportOf(
      chosen,
      zeros.map(({ after }) => after),
      size,
      {
        before: zeros.map(({ before }) => before),
        notices: [
          ...checksumNotices(parts.map(({ surveyed }) => surveyed.tensor)),
          ...unprovenNotices(proven && data.files.every((file) => file.proven), path),
        ],
      },
    );
  } finally {
    await data.close();
  }
}
