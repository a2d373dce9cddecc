import { weightsToPrune } from '@synaprune/core/one-shot';
import { openModel } from '../model/open-model.js';
import { requireWritable } from '../sparse/require-writable.js';
import { whyDense } from '../sparse/write-filters.js';
import { writeSparse } from '../sparse/write-sparse.js';
import { chooseWeights } from '../weights/find-weights.js';
import { chooseMasks } from './choose-masks.js';
import { type PruneTfliteOptions, requirePruneOptions } from './prune-options.js';
import type { TfliteReport } from './report.js';
import { reportOf } from './report-of.js';

/** A pruned model. */
export interface PrunedTflite {
  /** New bytes. Unless filters were to be stored sparse, as long as the model's own; only elements that were dropped differ. */
  readonly model: Uint8Array<ArrayBuffer>;
  readonly report: TfliteReport;
}

/**
 * Prunes a `.tflite` model in one shot, without a runtime: exactly `⌊sparsity · elements⌋` elements of the weights that
 * {@link findTfliteWeights} chooses, with `sparse: true` of those among them that can be stored sparse, become +0, or of a quantised weight the zero point of their channel. Everything else
 * is byte for byte as it was; `bytes` are not changed.
 *
 * Elements rank by the magnitude of the float32 that they stand for, ties by the order of the weights and then by index:
 * as `pruneTfjs` of `@synaprune/tfjs-files` and `pruneOnnx` of `@synaprune/onnx` rank equal weights.
 *
 * One shot without training costs accuracy, on small models from about half on: measure it.
 *
 * @throws TypeError | RangeError when an option has a wrong type or value
 * @throws PruneError `bad-model`; `no-weights` when there is nothing to prune; `unmatched-selector`, `unsupported`,
 *   `floor-conflict`, `score-mismatch`
 *
 * @example
 * ```ts
 * import { readFile, writeFile } from 'node:fs/promises';
 * import { pruneTflite } from '@synaprune/tflite';
 *
 * const bytes = await readFile('model.tflite').catch(() => undefined);
 * if (bytes !== undefined) {
 *   const { model, report } = await pruneTflite(bytes, { sparsity: 0.8 });
 *   await writeFile('pruned.tflite', model);
 *   console.log(report.total.sparsity);
 * }
 * ```
 */
export async function pruneTflite(bytes: Uint8Array, options: PruneTfliteOptions): Promise<PrunedTflite> {
  const checked = requirePruneOptions('pruneTflite', options);
  const opened = openModel('pruneTflite', bytes);
  const chosen = chooseWeights('pruneTflite', opened, checked, (weight) => {
    const why = checked.sparse ? whyDense(opened, weight) : undefined;
    return why === undefined ? undefined : `with sparse: true left alone: ${why}`;
  });
  if (checked.sparse) requireWritable(opened);
  const parts = weightsToPrune(chosen);
  const pruned = await chooseMasks(parts, checked);
  const model = Uint8Array.from(bytes);
  const zeros: number[] = [];
  for (const [i, { surveyed }] of parts.entries()) {
    const { format, assigned } = surveyed;
    const { data } = assigned.tensor;
    zeros.push(0);
    if (typeof format === 'string' || data === undefined) continue;
    const start = data.byteOffset - bytes.byteOffset;
    const own = model.subarray(start, start + data.length);
    format.clear(own, await pruned[i]!.bits());
    zeros[i] = format.countZeros(own);
  }
  const written = checked.sparse ? writeSparse('pruneTflite', model) : { model, notices: [] };
  const sizeBytes = { before: bytes.length, after: written.model.length };
  return { model: written.model, report: reportOf(chosen, zeros, sizeBytes, written.notices) };
}
