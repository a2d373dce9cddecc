import { basename, resolve } from 'node:path';
import { constantSparsity, createPruner, PruneError, randomScore } from '@synaprune/core';
import { describe, quote, requireBoolean } from '@synaprune/core/checks';
import { checksumNotices } from '../external/checksums.js';
import { outOfBounds } from '../external/location.js';
import { type ChosenWeight, chooseWeights } from '../find-weights.js';
import type { TensorView } from '../model-view.js';
import { type PruneOnnxOptions, requirePruneOptions, toPrune } from '../prune-onnx.js';
import { type OnnxReport, reportOf } from '../report.js';
import { showPlace } from '../wire.js';
import type { PrunedRange } from './copy-pruned.js';
import { type ExternalFiles, openExternalFiles } from './external-data.js';
import { realFolderOf } from './location.js';
import { openRules, unprovenNotices } from './open-rules.js';
import type { OpenRules } from './opened-file.js';
import { readModelFile } from './read-model-file.js';
import { type StreamedWeight, type StreamMask, streamBackend } from './stream-backend.js';
import { streamedWeight } from './streamed-weight.js';
import { writeOutput } from './write-output.js';

/** How {@link pruneOnnxFile} prunes, and where to. */
export interface PruneOnnxFileOptions extends Omit<PruneOnnxOptions, 'score' | 'externalData'> {
  /**
   * The file to write; its folder must be there. The same file as is read, or, where the model has external data,
   * one in another folder: the data files go beside it under their own names.
   */
  readonly out: string;
  /**
   * Whether files that the model names may be read and copied. Off unless told. They must be plain files inside the
   * model's folder, with no links on the way.
   */
  readonly externalData?: boolean;
  /**
   * A folder inside which symbolic links may lead, for the model and the files that it names: the folder of a model
   * cache such as Hugging Face's, whose snapshots are links to blobs. Unless told, no link is followed.
   */
  readonly followLinksInside?: string;
  /** What ranks the elements: their magnitude (default), or an order drawn from a seed. */
  readonly score?: 'magnitude' | { readonly seed: number };
}

/**
 * {@link pruneOnnx} for files, and for weights in files beside the model, of any size: they are read and written a
 * few megabytes at a time, three times to choose and once to write, with one bit of memory an element. The model
 * file itself is read whole.
 *
 * The output is written under temporary names, which are replaced once all of it is there. When anything fails,
 * nothing of it stays. The result is what {@link pruneOnnx} gives, bit for bit.
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
  const {
    externalData = false,
    followLinksInside,
    sparsity,
    scope = 'global',
    floor = 0,
    score,
    out: given,
    ...choice
  } = known;
  if (typeof path !== 'string' || typeof given !== 'string' || given === '') {
    const got = [path, given].map(describe);
    throw new TypeError(`pruneOnnxFile needs path and out to be paths, got ${got.join(' and ')}`);
  }
  requireBoolean('pruneOnnxFile', 'externalData', externalData);
  // Without the dots at its end, its folder and its name are those of one path.
  const out = resolve(given);
  if (typeof score === 'function')
    throw new TypeError("pruneOnnxFile needs score to be 'magnitude' or { seed }");
  const schedule = constantSparsity(sparsity);
  const rules = await openRules(followLinksInside);
  const { bytes, folder, proven } = await readModelFile(path, rules);
  const chosen = chooseWeights('pruneOnnxFile', bytes, choice);
  const parts = toPrune(chosen);
  const data = await openData(chosen, { externalData, folder, rules });
  try {
    requireOwnFolder(data, { path, out, folder, outFolder: await realFolderOf(out) });
    const backend = streamBackend();
    const masks = new Map<StreamedWeight, StreamMask>();
    const weights = parts.map(({ surveyed, weight }) => ({
      name: weight.name,
      weight: streamedWeight(bytes, surveyed, data.extents.get(surveyed)),
    }));
    const pruner = createPruner({
      backend: {
        ...backend,
        createMask: (weight) => {
          const mask = backend.createMask(weight);
          masks.set(weight, mask);
          return mask;
        },
      },
      weights,
      schedule,
      scope,
      floor,
      ...(typeof score === 'object' ? { score: randomScore(score) } : {}),
    });
    await pruner.update(0);
    const ranges = parts.map(
      ({ surveyed }, i): PrunedRange => ({
        weight: weights[i]!.weight,
        words: masks.get(weights[i]!.weight)!.words,
        surveyed,
        extent: data.extents.get(surveyed),
        zeros: { before: 0, after: 0 },
      }),
    );
    const length = await writeOutput(bytes, data.files, ranges, out);
    const size = data.files.reduce((sum, file) => sum + file.size, length);
    const zeros = ranges.map((range) => range.zeros);
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

async function openData(
  chosen: readonly ChosenWeight[],
  at: { readonly externalData: boolean; readonly folder: string; readonly rules: OpenRules },
): Promise<ExternalFiles> {
  const external = chosen.find(({ surveyed }) => surveyed.tensor.storage.kind === 'external');
  if (external !== undefined && !at.externalData) throw unopenedError(external.surveyed.tensor);
  const pruned = new Set(chosen.flatMap(({ weight, surveyed }) => (weight.pruned ? [surveyed] : [])));
  return await openExternalFiles(
    at.folder,
    chosen.map(({ surveyed }) => surveyed),
    pruned,
    at.rules,
  );
}

function unopenedError({ place, storage }: TensorView): PruneError {
  const location = storage.kind === 'external' ? (storage.entries.get('location') ?? '') : '';
  return new PruneError(
    'external-data',
    `${showPlace(place)} has its data in ${quote(location)}, a file that the model names; ` +
      'set externalData: true to have such files read and copied',
  );
}

/** Two models in one folder would have the same data files. */
function requireOwnFolder(
  data: ExternalFiles,
  at: { readonly path: string; readonly out: string; readonly folder: string; readonly outFolder: string },
): void {
  const own = [at.path, at.out].map((each) => basename(resolve(each)));
  const itself = data.files.find(({ parts }) => own.includes(parts.join('/')));
  if (itself !== undefined) {
    throw outOfBounds(at.path, `its data in ${itself.parts.join('/')}, which is the model itself`);
  }
  if (data.files.length === 0 || at.folder !== at.outFolder || resolve(at.path) === resolve(at.out)) return;
  const [file] = data.files;
  throw outOfBounds(
    at.path,
    `its data in ${file!.parts.join('/')}, which ${at.out} would overwrite; out needs another folder, or to be the model itself`,
  );
}
